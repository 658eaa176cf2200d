package io.pinaudit.agent.boot;

/**
 * One hooked call that is under way, made by a {@link Hook} just before the call proceeds.
 *
 * <p>Made and ended by the same thread. Times are CLOCK_MONOTONIC nanoseconds.
 */
public abstract class Call {
  /** Number of the hook that made this call; set by the dispatcher. */
  int hook;

  private final long startNanos;
  private long endNanos;

  /** Starts the clock: read everything that is to be known before the call first. */
  protected Call() {
    this(null);
  }

  /**
   * Starts the clock after something else.
   *
   * @param before what has been done by then, such as to wait; it is not looked at
   */
  protected Call(Object before) {
    startNanos = System.nanoTime();
  }

  /** Time before the call. */
  public final long startNanos() {
    return startNanos;
  }

  /** Time after the call; 0 while it is under way. */
  public final long endNanos() {
    return endNanos;
  }

  /** Stops the clock. */
  public final void stop() {
    endNanos = System.nanoTime();
  }

  /** Stops the clock when another one stopped: one call, told by two. */
  public final void stopWith(Call other) {
    endNanos = other.endNanos;
  }

  /**
   * The call is over.
   *
   * @param result what it returned, 0 if that is no number, −1 if it threw
   * @param error why it failed, null if it did not
   */
  public abstract void end(long result, String error);

  /** The call returned an object; what this returns is handed to the caller in its place. */
  public Object end(Object result) {
    end(0, null);
    return result;
  }
}
