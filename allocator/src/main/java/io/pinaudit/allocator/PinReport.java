package io.pinaudit.allocator;

import java.util.List;

/**
 * A pin that lives, as far as it is known to whoever waits for it.
 *
 * @param owner what is pinned: the pool, arena or file, and where in it
 * @param name as given to {@code pin}
 * @param thread the name of the thread that took it, which need not be the one that closes it
 * @param takenAt the place that took it, innermost first; empty if not known
 * @param exact whether {@code takenAt} is where this very pin was taken; otherwise it is where a
 *     pin of this name was first taken ({@link PoolOptions#tracePins} makes all exact)
 */
public record PinReport(
    String owner, String name, String thread, List<StackTraceElement> takenAt, boolean exact) {
  public PinReport {
    takenAt = List.copyOf(takenAt);
  }

  /** One line: {@code "wal flush" of thread "main", taken at Wal.flush(Wal.java:33)}. */
  @Override
  public String toString() {
    String text = "\"" + name + "\" of thread \"" + thread + "\"";
    if (takenAt.isEmpty()) {
      return text;
    }
    return text + (exact ? ", taken at " : ", a pin first taken at ") + takenAt.getFirst();
  }
}
