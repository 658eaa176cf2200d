package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.trace.Digest;
import io.pinaudit.fleet.find.RunHead;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Recordings of one boot of one host that are judged as one: the times of each overlap those of
 * another. Recordings that do not overlap are different timelines: nobody watched in between, so
 * that the pins of the first say nothing about the second.
 *
 * @param id sixteen hexadecimal digits that are the same for the same recordings
 * @param recordings in the order of their start
 */
public record Timeline(String id, List<RunHead> recordings) implements Serializable {
  private static final int ID_BYTES = 8;

  /** The order in which timelines are audited and their rows are written: by day, largest first. */
  private static final Comparator<Timeline> ORDER =
      Comparator.comparing(Timeline::day)
          .thenComparing(Comparator.comparingLong(Timeline::bytes).reversed())
          .thenComparing(Timeline::id);

  /** The values that recordings must share to be joined. */
  private record Boot(String host, String boot) {}

  /**
   * Joins recordings, whatever order they come in. Of copies of one recording, that of the first
   * path is taken.
   */
  public static List<Timeline> of(Collection<RunHead> heads) {
    Map<String, RunHead> once = new HashMap<>();
    heads.forEach(head -> once.merge(head.row().recording(), head, Timeline::firstPath));
    Map<Boot, List<RunHead>> boots = new HashMap<>();
    List<Timeline> timelines = new ArrayList<>();
    for (RunHead head : once.values()) {
      if (head.row().boot().isEmpty() || head.startNanos() < 0) {
        timelines.add(ofAll(List.of(head)));
      } else {
        Boot boot = new Boot(head.row().host(), head.row().boot());
        boots.computeIfAbsent(boot, _ -> new ArrayList<>()).add(head);
      }
    }
    boots.values().forEach(boot -> timelines.addAll(ofBoot(boot)));
    timelines.sort(ORDER);
    return timelines;
  }

  private static RunHead firstPath(RunHead a, RunHead b) {
    return a.file().place().compareTo(b.file().place()) <= 0 ? a : b;
  }

  private static List<Timeline> ofBoot(List<RunHead> boot) {
    boot.sort(
        Comparator.comparingLong(RunHead::startNanos)
            .thenComparing(head -> head.row().recording()));
    List<Timeline> timelines = new ArrayList<>();
    List<RunHead> open = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (RunHead head : boot) {
      if (!open.isEmpty() && head.startNanos() > end) {
        timelines.add(ofAll(open));
        open.clear();
      }
      open.add(head);
      // A recorder that was killed says of no moment after its start that it was at work.
      end = Math.max(end, Math.max(head.startNanos(), head.endNanos()));
    }
    timelines.add(ofAll(open));
    return timelines;
  }

  /** Makes one timeline of recordings, which are in the order of their starts. */
  static Timeline ofAll(List<RunHead> recordings) {
    return new Timeline(id(recordings), List.copyOf(recordings));
  }

  private static String id(List<RunHead> recordings) {
    String text =
        recordings.stream()
            .map(head -> head.row().recording())
            .sorted()
            .collect(Collectors.joining("\n"));
    return digest(text);
  }

  /** Returns a short text that stands for a long one. */
  static String digest(String text) {
    return Digest.of(text, ID_BYTES);
  }

  /** Returns the partition of all rows of the timeline: the earliest day of its recordings. */
  public LocalDate day() {
    return recordings.stream().map(RunHead::day).min(LocalDate::compareTo).orElseThrow();
  }

  /** Returns the size of the recordings in bytes. */
  public long bytes() {
    return recordings.stream().mapToLong(head -> head.row().bytes()).sum();
  }
}
