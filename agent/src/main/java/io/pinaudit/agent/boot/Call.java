package io.pinaudit.agent.boot;

/**
 * One hooked call that is under way, made by a {@link Hook} just before the call proceeds.
 *
 * <p>One thread makes and ends a call. Times are CLOCK_MONOTONIC nanoseconds.
 */
public abstract class Call {
  /** The number of the hook that made this call; the dispatcher sets it. */
  int hook;

  private final long startNanos;
  private long endNanos;

  /** Starts the clock. Read everything that must be known before the call first. */
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

  /** Returns the time before the call. */
  public final long startNanos() {
    return startNanos;
  }

  /** Returns the time after the call; 0 while the call is under way. */
  public final long endNanos() {
    return endNanos;
  }

  /** Stops the clock. */
  public final void stop() {
    endNanos = System.nanoTime();
  }

  /** Stops the clock at the time when another call stopped: the two objects stand for one call. */
  public final void stopWith(Call other) {
    endNanos = other.endNanos;
  }

  /**
   * Ends the call.
   *
   * @param result what the call returned; 0 if that is no number, −1 if the call threw
   * @param error why the call failed; null if it did not
   */
  public abstract void end(long result, String error);

  /** Ends a call that returned an object; the caller gets the returned object instead. */
  public Object end(Object result) {
    end(0, null);
    return result;
  }
}
