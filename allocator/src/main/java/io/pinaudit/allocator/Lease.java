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
 * <p>Pins are of two kinds, and none takes a lock. A counted pin is an atomic addition to the word.
 * A plain pin of an extent writes nothing that threads share: a note in its thread's {@link Trail}
 * is all that holds. Everything that decides about the storage (free, settle, cancel, close) runs
 * under the owner's lock.
 *
 * <p>Memory ordering of plain pins, Dekker's: a pinner writes its note and then reads the word; who
 * frees changes the word to FREEING and then reads the notes. All four are volatile accesses, of
 * which there is one order for all threads: so the pinner sees FREEING and takes its note away
 * again, or the freer sees the note. It is the same with the end of a pin: its closer takes the
 * note away and then reads the word, so that it sees FREEING, and settles, or the freer misses the
 * note. A close does as a free does, with CLOSING. Until the word says NOTED nobody reads notes;
 * the first pinner sets that after its note, in the atomic change by which it reads the word.
 *
 * <p>A pin goes from a note to the word, by {@link Pin#detach}, and never back, and is in both for
 * a moment. So whoever reads the notes first and the word after that does not miss it.
 *
 * <p>Memory ordering of what is pinned: what a pinner did to the memory happens before its unpin,
 * an atomic change of the word or of its note (or the volatile write of the next note in that slot,
 * by a thread that has seen the change), that before the change to RECLAIMED by whoever has seen
 * it, and that, through the owner's lock, before the storage is given out again: the next user
 * never sees late stores of the last.
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

  /** Where its pins are noted. */
  private final Holders holders;

  Lease(Holders holders) {
    this.holders = holders;
  }

  /** The lock that free, settle, cancel and close hold; waiters wait on it. */
  abstract Object lock();

  final Holders holders() {
    return holders;
  }

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

  /** What its notes are known by; 0 if none of its pins are notes. */
  long key() {
    return 0;
  }

  /** The word with the notes counted in. */
  final long word() {
    long noted = noted();
    return word + noted;
  }

  private long noted() {
    return LeaseState.looksForNotes(word) ? holders.plain(key()) : 0;
  }

  final boolean isFreed() {
    return LeaseState.freed(word);
  }

  /** Lets a plain pin be that is noted already, or throws: then its note has to end. */
  final void admit() {
    if (!LeaseState.admits(word)) {
      long before = (long) WORD.getAndBitwiseOr(this, LeaseState.NOTED);
      if (LeaseState.refuses(before)) {
        throw new IllegalStateException(refusal(before));
      }
    }
  }

  /** Has to be called when a note of it was taken away. */
  final void unnoted() {
    if (LeaseState.ends(word)) {
      settleLast();
    }
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
      settleLast();
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

  /** Under the lock: gives it up if it is freed and not held; whether this call did. */
  final boolean settle() {
    while (true) {
      long noted = noted();
      long before = word;
      if (!LeaseState.settles(before + noted)) {
        return false;
      }
      if (WORD.compareAndSet(this, before, before | LeaseState.RECLAIMED)) {
        return true;
      }
    }
  }

  private void settleLast() {
    try {
      synchronized (lock()) {
        try {
          if (settle()) {
            reclaimed();
          }
        } finally {
          settled();
          lock().notifyAll();
        }
      }
    } finally {
      afterSettle();
    }
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
