package io.pinaudit.agent.state;

import io.pinaudit.agent.boot.Call;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Decides which of the many short transfers are worth a stack, which costs more than all else of
 * their events: those that a call of this JVM may have taken memory or a file from, long ones, and
 * of the others of one kind one from time to time.
 *
 * <p>Safe for any thread, without a lock: two threads that come at once may both take a stack.
 */
public final class Stacks {
  /** A call of this length can pay for its stack. */
  private static final long LONG_NANOS = 250_000;

  /** After this time a thread tells where it is, though it does what it did before. */
  private static final long OFTEN_NANOS = 10_000_000;

  /** A thread may be held up between telling of a cut and looking at the clock for its start. */
  private static final long HELD_UP_NANOS = 1_000_000;

  private static final int SLOTS = 1 << 10;

  private final AtomicLongArray taken = new AtomicLongArray(SLOTS);
  private volatile long lastCutNanos = System.nanoTime() - HELD_UP_NANOS;

  Stacks() {}

  /** Notes that a call begins which may take memory or a part of a file away from others. */
  public void cutBegins() {
    lastCutNanos = System.nanoTime();
  }

  /**
   * Returns whether the stack of a call is to be taken, which has ended.
   *
   * @param kind a number that calls of one thread, operation and file have in common
   */
  public boolean wants(Call call, int kind) {
    long start = call.startNanos();
    long end = call.endNanos();
    int slot = (kind ^ kind >>> 16) & SLOTS - 1;
    if (lastCutNanos - start > -HELD_UP_NANOS
        || end - start >= LONG_NANOS
        || end - taken.getPlain(slot) >= OFTEN_NANOS
        || taken.getPlain(slot) == 0) {
      taken.setPlain(slot, end);
      return true;
    }
    return false;
  }
}
