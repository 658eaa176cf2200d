package io.pinaudit.allocator;

import java.util.List;

/**
 * What is known of a pin that is open.
 *
 * @param owner what is pinned: the pool, arena or file, and where in it
 * @param name the name that it was taken with
 * @param thread the name of the thread that took it; another thread may be the one to close it
 * @param takenAt the stack of the call that took it, innermost frame first; empty if not known
 * @param exact true if {@code takenAt} is the call that took this very pin; false if it is the call
 *     that first took a pin of this name. {@link PoolOptions#tracePins()} makes all exact
 */
public record PinReport(
    String owner, String name, String thread, List<StackTraceElement> takenAt, boolean exact) {
  public PinReport {
    takenAt = List.copyOf(takenAt);
  }

  /**
   * Returns one line, such as {@code "wal flush" of thread "main", taken at
   * Wal.flush(Wal.java:33)}.
   */
  @Override
  public String toString() {
    String text = "\"" + name + "\" of thread \"" + thread + "\"";
    if (takenAt.isEmpty()) {
      return text;
    }
    return text + (exact ? ", taken at " : ", a pin first taken at ") + takenAt.getFirst();
  }
}
