package io.pinaudit.allocator;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;

/**
 * What pins hold and a free waits for: the life of one extent, arena or mapped range.
 *
 * <p>Pin and unpin are one atomic addition each and take no lock. Everything that decides about the
 * storage (free, settle, cancel, close) runs under the owner's lock.
 *
 * <p>Memory ordering: all changes of the word are atomic read-modify-writes with volatile
 * semantics. What a pinner did to the memory happens before its unpin, that before the change to
 * RECLAIMED that has seen it, and that, through the owner's lock, before the storage is given out
 * again: the next user never sees late stores of the last.
 */
abstract class Lease {
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Lease.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Layout and transitions: {@link LeaseState}. */
  @SuppressWarnings("unused") // through WORD
  private volatile long word;

  /** The lock that free, settle, cancel and close hold; waiters wait on it. */
  abstract Object lock();

  /** Where its pins are noted. */
  abstract Holders holders();

  /** The memory of its plain pins. */
  abstract MemorySegment memory();

  /** What it is, for messages. */
  abstract String describe();

  /** The storage is to be given back; called once, under the lock. */
  abstract void reclaimed();

  /** The last pin that held it has gone; called under the lock, for a close that waits for it. */
  abstract void settled();

  /** Called after {@link #settled}, without the lock, for what may take long. */
  abstract void afterSettle();

  final long word() {
    return word;
  }

  /** Adds a pin of that kind, or throws. */
  final void acquire(long unit) {
    long before = (long) WORD.getAndAdd(this, unit);
    if (LeaseState.refuses(before)) {
      release(unit);
      throw new IllegalStateException(refusal(before));
    }
  }

  /**
   * Adds a pin for somebody whose own pin is still held: that a free is waiting does not matter.
   */
  final void acquireAgain(long unit) {
    if (LeaseState.full((long) WORD.getAndAdd(this, unit))) {
      release(unit);
      throw new IllegalStateException("too many pins on " + describe());
    }
  }

  /**
   * Holds it for the write-back of a copy; false if it was freed, then there is nothing to hold.
   */
  final boolean acquireForWriteBack() {
    if (LeaseState.refusesWriteBack((long) WORD.getAndAdd(this, LeaseState.DEFER_PIN))) {
      release(LeaseState.DEFER_PIN);
      return false;
    }
    return true;
  }

  final void release(long unit) {
    long after = (long) WORD.getAndAdd(this, -unit) - unit;
    if (LeaseState.ends(after)) {
      settle();
    }
  }

  /** Under the lock: changes the word; returns what it was before. */
  final long change(LongUnaryOperator transition) {
    while (true) {
      long before = word;
      long after = transition.applyAsLong(before);
      if (before == after || WORD.compareAndSet(this, before, after)) {
        return before;
      }
    }
  }

  private void settle() {
    synchronized (lock()) {
      long before = change(LeaseState::settle);
      if (before != LeaseState.settle(before)) {
        reclaimed();
      }
      settled();
      lock().notifyAll();
    }
    afterSettle();
  }

  private String refusal(long before) {
    if (LeaseState.freed(before)) {
      return describe() + " is freed";
    }
    return describe() + (LeaseState.full(before) ? " has too many pins" : " is closed");
  }

  /**
   * Under the lock, which it lets go meanwhile: waits for what unpins bring about; false if they
   * did not, or the thread was interrupted.
   */
  static boolean await(Object lock, BooleanSupplier done, Duration patience) {
    long end = System.nanoTime() + nanos(patience);
    while (!done.getAsBoolean()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        // At least a millisecond: 0 would be for ever.
        lock.wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** At most a hundred years: more nanoseconds would not fit. */
  static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
  }

  static StillPinnedException stillPinned(
      String what, Duration patience, Collection<? extends Lease> leases) {
    String how =
        Thread.currentThread().isInterrupted()
            ? " was interrupted"
            : " waited " + patience.toMillis() + " ms";
    return new StillPinnedException(
        what + how + ": pinned by " + holdersOf(leases), pinsOf(leases));
  }

  static List<PinReport> pinsOf(Collection<? extends Lease> leases) {
    return leases.stream().flatMap(lease -> lease.pins().stream()).toList();
  }

  static String holdersOf(Collection<? extends Lease> leases) {
    long count = leases.stream().mapToLong(lease -> LeaseState.pins(lease.word())).sum();
    return Pin.listed(pinsOf(leases), count);
  }

  /** Whoever holds it now, as far as known. */
  final List<PinReport> pins() {
    return holders().of(this);
  }
}
