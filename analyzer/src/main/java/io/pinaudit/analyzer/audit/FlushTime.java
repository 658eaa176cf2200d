package io.pinaudit.analyzer.audit;

/**
 * The time up to which a JVM has flushed its recording, on CLOCK_MONOTONIC. The JVM says it by the
 * calendar, which may jump: what it says is taken only if it fits to when the flush was seen.
 *
 * <p>Confined to one thread.
 */
final class FlushTime {
  /** The longest time that a flush takes before it is seen, in nanoseconds. */
  static final long LONGEST_NANOS = 500_000_000;

  private long flushes;
  private long untilNanos;
  private long lookedNanos;

  /**
   * Begins with a JVM of which no flush was seen.
   *
   * @param nowNanos the present, on CLOCK_MONOTONIC
   */
  FlushTime(long nowNanos) {
    untilNanos = nowNanos;
    lookedNanos = nowNanos;
  }

  /**
   * Notes what was seen of a JVM.
   *
   * @param seen how many flushes were seen so far
   * @param saidNanos until when the last one reached, as the JVM says and as the two clocks differ
   *     now
   * @param nowNanos the present
   */
  void look(long seen, long saidNanos, long nowNanos) {
    if (seen != flushes) {
      boolean fits =
          saidNanos <= nowNanos && (flushes == 0 || saidNanos >= lookedNanos - LONGEST_NANOS);
      untilNanos = fits ? saidNanos : Math.max(untilNanos, lookedNanos - LONGEST_NANOS);
      flushes = seen;
    }
    lookedNanos = nowNanos;
  }

  /** Returns until when the recording is complete; the beginning if no flush was seen. */
  long untilNanos() {
    return untilNanos;
  }
}
