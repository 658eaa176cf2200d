package io.pinaudit.analyzer.trace;

/**
 * Says up to which time the inputs of an audit are known to be complete while they are still being
 * written. The readers of such inputs pass on no event of a later time, because another input may
 * yet tell of an earlier one.
 *
 * <p>Confined to the thread that reads.
 */
public final class Horizon {
  private long nanos;
  private boolean over;

  private Horizon(long nanos, boolean over) {
    this.nanos = nanos;
    this.over = over;
  }

  /** Returns the horizon of inputs that nobody writes to any more. */
  public static Horizon ofWhole() {
    return new Horizon(Long.MAX_VALUE, true);
  }

  /** Returns the horizon of inputs that are still being written, of which nothing is known yet. */
  public static Horizon ofGrowing() {
    return new Horizon(Long.MIN_VALUE, false);
  }

  /** Returns the time up to which all inputs are complete, in nanoseconds of the timeline. */
  public long nanos() {
    return nanos;
  }

  /** Returns whether nobody writes to the inputs any more, so that what they have is all. */
  public boolean isOver() {
    return over;
  }

  /** Moves the horizon on; it never goes back. */
  public void reach(long completeNanos) {
    nanos = Math.max(nanos, completeNanos);
  }

  /** Notes that nobody writes to the inputs any more. */
  public void end() {
    nanos = Long.MAX_VALUE;
    over = true;
  }
}
