package io.pinaudit.allocator;

import io.pinaudit.allocator.event.PinWaitEvent;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Trail;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * The life of one extent, arena or mapped range, which pins hold and for which a free waits.
 *
 * <p>Pins are of two kinds, and none takes a lock. A counted pin is an atomic addition to the word.
 * A plain pin of an extent writes nothing that threads share: it is only a note in its thread's
 * {@link Trail}. Everything that decides about the storage (free, settle, cancel, close) runs under
 * the owner's lock.
 *
 * <p>Memory ordering of plain pins, as in Dekker's algorithm: a pinner writes its note and then
 * reads the word; a thread that frees changes the word to FREEING and then reads the notes. All
 * four are volatile accesses, which have one order for all threads. So the pinner sees FREEING and
 * takes its note away again, or the freer sees the note. The end of a pin works the same way: its
 * closer takes the note away and then reads the word. So the closer sees FREEING, and settles, or
 * the freer does not see the note any more. A close does what a free does, with CLOSING. Until the
 * word says NOTED nobody reads notes; the first pinner sets NOTED after its note, in the atomic
 * change by which it reads the word.
 *
 * <p>A pin that is handed on by {@link Pin#detach} keeps its note, under another number. A pin that
 * is shared goes from a note to the word, and never back: the thread that shares it keeps its note
 * until the new pin is in the word. So a thread that reads the notes first and the word after that
 * does not miss it.
 *
 * <p>Memory ordering of pinned memory: a pinner's stores happen before its unpin, which is an
 * atomic change of the word or of its note (or the volatile write of the next note in that slot, by
 * a thread that has seen the change). The unpin happens before the change to RECLAIMED by a thread
 * that has seen it. That change happens, through the owner's lock, before the storage is given out
 * again. So the next user never sees late stores of the last one.
 */
abstract class Lease {
  private static final Duration ONE_MORE = Duration.ofMillis(1);
  private static final int MOST_GRACE_MILLIS = 100;

  /** The end of a message about a lease that lives on if the free that waits for it gives up. */
  private static final String IN_DOUBT =
      " is pinned, and a free waits for that: unless it gives up, the storage is freed";

  /** The number of pins that a message names; it counts the others. */
  private static final int MOST_LISTED = 8;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Lease.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The word of the lease; {@link LeaseState} has its layout and transitions. */
  @SuppressWarnings("unused") // through WORD
  private volatile long word;

  /** Has the notes of its pins. */
  private final Holders holders;

  /** Whether holders are to be reported; guarded by the lock. */
  private boolean watched;

  Lease(Holders holders) {
    this.holders = holders;
  }

  /** Returns the lock that free, settle, cancel and close hold, and on which threads wait. */
  abstract Object lock();

  final Holders holders() {
    return holders;
  }

  /** Returns the memory of its plain pins. */
  abstract MemorySegment memory();

  /** Returns what the lease is on, for messages. */
  abstract String describe();

  /** Gives the storage back; called once, under the lock. */
  abstract void reclaimed();

  /**
   * Called under the lock when the last pin that held it has gone, for a close that waits for that.
   */
  abstract void settled();

  /** Called after {@link #settled} without the lock, for what may take long. */
  abstract void afterSettle();

  /** Returns the key of its notes; 0 if none of its pins are notes. */
  long key() {
    return 0;
  }

  /** Returns the word with the notes counted in. */
  final long word() {
    long noted = noted();
    return word + noted;
  }

  private long noted() {
    return LeaseState.looksForNotes(word) ? holders.noted(key()) : 0;
  }

  final boolean isFreed() {
    return LeaseState.freed(word);
  }

  /**
   * Lets a plain pin be that is noted already: then 0. Otherwise its note has to end, and what is
   * returned is for {@link #refused}.
   */
  final long admit() {
    if (LeaseState.admits(word)) {
      return 0;
    }
    long before = (long) WORD.getAndBitwiseOr(this, LeaseState.NOTED);
    return LeaseState.refuses(before) ? before : 0;
  }

  /** Notes that a note of this lease was taken away; whoever takes one away must call it. */
  final void unnoted() {
    if (LeaseState.ends(word)) {
      settleLast();
    }
  }

  /** Adds a pin of that kind: then 0; or what is for {@link #refused}. */
  final long acquire(long unit) {
    long before = (long) WORD.getAndAdd(this, unit);
    if (LeaseState.refuses(before)) {
      release(unit);
      return before;
    }
    return 0;
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

  /** Under the lock: changes the word; returns its value before. */
  final long change(LongUnaryOperator transition) {
    while (true) {
      long before = word;
      long after = transition.applyAsLong(before);
      if (before == after || WORD.compareAndSet(this, before, after)) {
        return before;
      }
    }
  }

  /**
   * Without the lock: reclaims the lease at once if it has no pins, never had any notes, and
   * neither a free nor a close has begun; returns whether this call did. A free under the lock
   * would find the same word.
   */
  final boolean reclaimUnpinned() {
    return WORD.compareAndSet(this, 0L, LeaseState.FREEING | LeaseState.RECLAIMED);
  }

  /**
   * Under the lock: keeps frees from going without the lock from here on; returns false if one has
   * already.
   */
  final boolean keepForLock() {
    return !LeaseState.freed((long) WORD.getAndBitwiseOr(this, LeaseState.NOTED));
  }

  /**
   * Under the lock: reclaims the lease if it is freed and not held; returns whether this call did.
   */
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
          forgetUnlessHeld();
          lock().notifyAll();
        }
      }
    } finally {
      afterSettle();
    }
  }

  /** Under the lock: lets the pins be reported that still hold the lease after so long. */
  final void reportHoldersLater(Duration patience) {
    watched = true;
    holders.watch(this, patience);
  }

  private void forgetUnlessHeld() {
    if (watched && (LeaseState.reclaimed(word) || !LeaseState.pinned(word()))) {
      watched = false;
      holders.forget(this);
    }
  }

  /** Returns the exception that says why there is no pin. */
  final IllegalStateException refused(long before) {
    return new IllegalStateException(describe() + refusal(before));
  }

  private String refusal(long before) {
    if (LeaseState.freed(before)) {
      return !LeaseState.reclaimed(before) && freeMayGiveUp() ? IN_DOUBT : " is freed";
    }
    if (LeaseState.full(before)) {
      return " has too many pins";
    }
    return LeaseState.refuses(before) ? " is closed" : IN_DOUBT;
  }

  /** Returns whether a free has begun that may yet leave the lease as it was. */
  boolean freeMayGiveUp() {
    return false;
  }

  /**
   * Under the lock, which it lets go meanwhile: waits for a condition that unpins bring about.
   * Returns false if the time is over or the thread was interrupted.
   */
  static boolean await(Object lock, BooleanSupplier done, Duration patience) {
    long end = System.nanoTime() + Later.nanos(patience);
    while (!done.getAsBoolean()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        // At least a millisecond: 0 would wait for ever.
        lock.wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** A wait for pins: what it is for, how long it may last, and on which leases the pins are. */
  record Wait(String what, Duration patience, Supplier<List<? extends Lease>> leases) {
    StillPinnedException inVain(List<PinReport> pins) {
      String how =
          Thread.currentThread().isInterrupted()
              ? " was interrupted"
              : " waited " + patience.toMillis() + " ms";
      long count = leases.get().stream().mapToLong(one -> LeaseState.pins(one.word())).sum();
      return new StillPinnedException(what + how + ": pinned by " + listed(pins, count), pins);
    }
  }

  /**
   * Under the lock, which it lets go meanwhile: waits for a condition that unpins bring about.
   *
   * @throws StillPinnedException if the wait was in vain, with the pins that are held. If no pin
   *     can be named, one is just being taken or closed, and the condition may be about to come
   *     true
   */
  static void await(Object lock, BooleanSupplier done, Wait wait) {
    PinWaitEvent event = new PinWaitEvent();
    event.begin();
    boolean over = await(lock, done, wait.patience);
    event.what = wait.what;
    event.inVain = !over;
    event.commit();
    for (int grace = 0; !over; grace++) {
      List<PinReport> pins = pinsOf(wait.leases.get());
      boolean last = grace == MOST_GRACE_MILLIS || Thread.currentThread().isInterrupted();
      if (!pins.isEmpty() || last) {
        throw wait.inVain(pins);
      }
      over = await(lock, done, ONE_MORE);
    }
  }

  /** Returns the pins of some leases of one owner, as far as they are known. */
  static List<PinReport> pinsOf(Collection<? extends Lease> leases) {
    return leases.isEmpty() ? List.of() : find(leases, Integer.MAX_VALUE).reports();
  }

  /** Returns the holders of some leases of one owner, at least one, for a message. */
  static String holdersOf(Collection<? extends Lease> leases) {
    Holders.Found found = find(leases, MOST_LISTED);
    return listed(found.reports(), found.count());
  }

  private static Holders.Found find(Collection<? extends Lease> leases, int mostReports) {
    return leases.iterator().next().holders().find(leases, mostReports);
  }

  /** Returns the pins that keep something from being freed, for messages. */
  private static String listed(List<PinReport> pins, long count) {
    StringBuilder text = new StringBuilder();
    List<PinReport> first = pins.subList(0, Math.min(pins.size(), MOST_LISTED));
    for (PinReport pin : first) {
      text.append(text.isEmpty() ? "" : "; ").append(pin);
    }
    if (count > first.size()) {
      text.append(text.isEmpty() ? "" : "; ").append(count - first.size()).append(" more");
    }
    return text.toString();
  }

  /** Returns the pins that hold the lease now, as far as they are known. */
  final List<PinReport> pins() {
    return pinsOf(List.of(this));
  }
}
