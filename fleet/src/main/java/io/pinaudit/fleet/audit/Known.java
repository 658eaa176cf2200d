package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the tables already hold of the recordings at hand, and of what failed at the same places;
 * nothing is kept of other recordings.
 */
final class Known {
  /** The needed columns of a row. */
  private record Entry(
      String timeline, int recordings, String analyzer, long bytes, LocalDate day) {
    /** Returns the values of a row; a failed one has no analyzer if it is to be tried again. */
    static Entry of(LocalDate day, RunRow row, boolean retryingFailed) {
      boolean again = retryingFailed && !row.audited();
      return new Entry(
          row.timeline(), row.recordings(), again ? "" : row.analyzer(), row.bytes(), day);
    }
  }

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Integer> found = new HashMap<>();
  private final Map<String, Entry> failedAt = new HashMap<>();

  private Known() {}

  /**
   * Reads it.
   *
   * @param retryingFailed whether all recordings are due whose audit has failed
   */
  static Known of(List<Timeline> timelines, Tables tables, boolean retryingFailed)
      throws IOException {
    Set<String> wanted = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (Timeline timeline : timelines) {
      for (RunHead head : timeline.recordings()) {
        wanted.add(head.row().recording());
        places.add(head.row().path());
      }
    }
    Known known = new Known();
    tables.read(
        Table.RUNS,
        (day, row) -> {
          Entry entry = Entry.of(day, row, retryingFailed);
          if (wanted.contains(row.recording())) {
            known.entries.put(row.recording(), entry);
            known.found.merge(row.timeline(), 1, Integer::sum);
          } else if (!row.audited() && row.recordings() == 1 && places.contains(row.path())) {
            known.failedAt.put(row.path(), entry);
          }
        });
    return known;
  }

  /**
   * Returns what is still to be audited of a timeline: nothing if the same recordings were judged
   * together by the same analyzer. A recording whose companions of then are no longer at hand stays
   * as it was judged with them.
   */
  Optional<Timeline> due(Timeline timeline) {
    List<RunHead> left =
        timeline.recordings().stream().filter(head -> !companionsAreGone(head)).toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Timeline rest = Timeline.ofAll(left);
    return left.stream().allMatch(head -> isDone(head, rest.id()))
        ? Optional.empty()
        : Optional.of(rest);
  }

  private boolean companionsAreGone(RunHead head) {
    Entry entry = entries.get(head.row().recording());
    return entry != null && found.get(entry.timeline) < entry.recordings;
  }

  private boolean isDone(RunHead head, String timeline) {
    Entry entry = entries.get(head.row().recording());
    return entry != null
        && entry.timeline.equals(timeline)
        && entry.analyzer.equals(RowMaker.version())
        && entry.bytes == head.row().bytes();
  }

  /**
   * Returns the timelines whose rows are replaced by those of one that is due, with the days of the
   * rows. A recording whose description could not be read had another id.
   */
  Map<String, LocalDate> superseded(Timeline due) {
    Map<String, LocalDate> superseded = new HashMap<>();
    for (RunHead head : due.recordings()) {
      Stream.of(entries.get(head.row().recording()), failedAt.get(head.row().path()))
          .filter(Objects::nonNull)
          .forEach(entry -> superseded.put(entry.timeline, entry.day));
    }
    return superseded;
  }
}
