package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Cutters;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Mappings;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Notes the files that somebody cut below a mapping, as the kernel told, and that had grown again
 * before the agent looked.
 */
final class Regrowths {
  /** So many files are noted. */
  private static final int MOST_NOTES = 10;

  private final BiPredicate<FileId, JavaCall> isReported;
  // By mapping: cuts that the kernel told and the agent has not found yet.
  private final IdentityHashMap<JavaCall, Regrown> unlooked = new IdentityHashMap<>();
  // Cuts that the agent did not find, of mappings that lived on.
  private final List<Regrown> regrown = new ArrayList<>();

  /** A file that somebody cut below a mapping, and that may have grown again. */
  private record Regrown(FileId file, Cutters.Cutting cut) {}

  /**
   * Makes an empty list.
   *
   * @param isReported whether a mapping of a file is reported to lie beyond the file's end
   */
  Regrowths(BiPredicate<FileId, JavaCall> isReported) {
    this.isReported = isReported;
  }

  /** Handles what the kernel tells of a cut that no hooked call makes. */
  void told(FileId file, Cutters.Cutting cut, Ledgers ledgers) {
    if (cut == null || cut.newSize() < 0 || cut.actor().call() != null) {
      return;
    }
    for (Mappings.Live live : ledgers.mappings().of(file)) {
      if (!TruncatedBelowMapping.beyond(live, PageRange.up(cut.newSize()), Long.MAX_VALUE)
          .isEmpty()) {
        unlooked.putIfAbsent(live.call(), new Regrown(file, cut));
      }
    }
  }

  /** Notes that the agent has looked at a mapping, or that a hooked call has cut its file. */
  void looked(JavaCall mapping) {
    unlooked.remove(mapping);
  }

  /** Notes that a mapping was there after all cuts so far, and that no look found it short. */
  void livedOn(JavaCall mapping) {
    Regrown cut = unlooked.remove(mapping);
    if (cut != null && regrown.size() < MOST_NOTES && !isReported.test(cut.file(), mapping)) {
      regrown.add(cut);
    }
  }

  /** Handles the end of mappings of a file: they lived on after the cuts that were told. */
  void unmapped(FileId file, Ledgers ledgers) {
    if (unlooked.isEmpty()) {
      return;
    }
    List<JavaCall> live = ledgers.mappings().of(file).stream().map(Mappings.Live::call).toList();
    List.copyOf(unlooked.keySet()).stream()
        .filter(mapping -> unlooked.get(mapping).file().equals(file) && !live.contains(mapping))
        .forEach(this::livedOn);
  }

  /**
   * Returns a line for people about each file.
   *
   * @param startNanos the beginning of the recording, in nanoseconds of the timeline
   */
  List<String> notes(long startNanos, Ledgers ledgers) {
    return regrown.stream()
        .map(
            one ->
                "%s is mapped, was cut to %,d bytes at %+.6f s by %s, and had grown again when the agent looked: an access in between would have failed"
                    .formatted(
                        name(one.file, ledgers),
                        one.cut.newSize(),
                        (one.cut.stamp().nanos() - startNanos) / 1e9,
                        who(one.cut.actor())))
        .distinct()
        .toList();
  }

  private static String name(FileId file, Ledgers ledgers) {
    String path = ledgers.names().path(ledgers.file(file));
    return path == null ? "inode %d of %s".formatted(file.inode(), file.device()) : path;
  }

  private static String who(Actor actor) {
    String pid = actor.process() == null ? "" : " (process " + actor.process().pid() + ")";
    return actor.task() + pid;
  }
}
