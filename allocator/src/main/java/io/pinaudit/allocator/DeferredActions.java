package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.PinGate;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The actions that a {@link PinnedFile} was asked for. Each is done when no pin on its range holds
 * it up any more, in the order in which they were asked for. Callers hold its lock.
 */
final class DeferredActions {
  /** Changes the file. */
  interface Effect {
    /** Returns false if a call uses what is to be unmapped just now: it is to be tried again. */
    boolean run() throws IOException;
  }

  /** An action on a range of the file. */
  record Action(String what, long from, long to, Effect effect, Completion completion) {
    Action(String what, long from, long to, Effect effect) {
      this(what, from, to, effect, new Completion());
    }

    /** The beginning of a close's range, before any other. */
    private static final long EVERYTHING = Long.MIN_VALUE;

    private boolean isClose() {
      return from == EVERYTHING;
    }

    private boolean meets(Action other) {
      return meets(other.from, other.to);
    }

    private boolean meets(long otherFrom, long otherTo) {
      return from < otherTo && otherFrom < to;
    }
  }

  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final String file;
  private final PoolOptions options;
  private final Holders holders;

  /** Whether the file system waits for pins anywhere in the file. */
  private final boolean waitsForPins;

  private final PinGate gate;
  private final Object lock = new Object();
  private final Set<RangeLease> pinned = new LinkedHashSet<>();
  private final List<Action> deferred = new ArrayList<>();
  private final Completion end = new Completion();
  private boolean closed;
  private boolean retrying;

  /** Whether a close was tried while a call used a mapping. */
  private boolean inUse;

  private boolean ended;

  DeferredActions(String file, PoolOptions options, boolean dax) {
    this.file = file;
    this.options = options;
    this.holders = new Holders(options);
    this.waitsForPins = options.waitsForPins(dax);
    this.gate = holders.gate();
  }

  Object lock() {
    return lock;
  }

  Holders holders() {
    return holders;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
  }

  /** Throws if something that was asked for waits for the range. */
  void requireUnclaimed(long from, long to) {
    for (Action waiting : deferred) {
      if (waiting.meets(from, to)) {
        throw new IllegalStateException(
            "range %d+%d of %s is waiting to be freed by: %s"
                .formatted(from, to - from, file, waiting.what));
      }
    }
  }

  /**
   * Notes that a lease has its pin: from here on its last unpin settles, and takes the lease out
   * again.
   */
  void pinned(RangeLease lease) {
    lease.change(LeaseState::close);
    pinned.add(lease);
    lease.mapped().pin();
  }

  /** Notes that a pin of the lease has gone. */
  void settled(RangeLease lease) {
    if (!LeaseState.pinned(lease.word()) && pinned.remove(lease)) {
      lease.mapped().unpin();
    }
    runDeferred();
  }

  /** Does it now, or later: then false. */
  boolean perform(Action action) throws IOException {
    requireOpen();
    awaitPins(action);
    awaitRest();
    requireOpen();
    return runOrDefer(action);
  }

  /** Does it now or later, and never waits. */
  void begin(Action action) {
    requireOpen();
    deferred.add(action);
    runDeferred();
    reportHolders(action);
  }

  /**
   * Refuses everything from here on, and does the last thing to the file, now or later.
   *
   * @throws IllegalStateException if it cannot be done now because a call uses the file
   */
  void close(Effect effect) throws IOException {
    if (!closed) {
      Action action = closeAction(effect);
      closed = true;
      try {
        awaitPins(action);
      } catch (StillPinnedException e) {
        closed = false;
        throw e;
      }
      awaitRest();
      runOrDefer(action);
    } else {
      runDeferred();
    }
    if (inUse) {
      throw new IllegalStateException(
          file + " is unmapped as soon as a call that uses it without a pin is over");
    }
  }

  /** Does what {@link #close} does, but never waits. */
  void beginClose(Effect effect) {
    if (!closed) {
      begin(closeAction(effect));
      closed = true;
    }
  }

  private Action closeAction(Effect effect) {
    return new Action("close", Action.EVERYTHING, Long.MAX_VALUE, effect, end);
  }

  /** Returns what is completed when the file is closed. */
  Completion end() {
    return end;
  }

  boolean isEnded() {
    return ended;
  }

  boolean awaitEnd(Duration patience) {
    return Lease.await(lock, () -> ended, patience);
  }

  List<PinReport> pins() {
    return Lease.pinsOf(pinned);
  }

  /**
   * Returns how many bytes of a file of that length wait to be cut off, punched, deleted or
   * replaced.
   */
  long deferredBytes(long fileBytes) {
    long sum = 0;
    for (Action action : deferred) {
      sum += action.isClose() ? 0 : Math.max(0, Math.min(action.to, fileBytes) - action.from);
    }
    return Math.min(sum, fileBytes);
  }

  private void awaitPins(Action wanted) {
    Lease.await(
        lock,
        () -> pinned.stream().noneMatch(e -> isHeldBy(wanted, e) && LeaseState.waitedFor(e.word())),
        new Lease.Wait(wanted.what + " of " + file, options.patience(), () -> holding(wanted)));
  }

  private boolean runOrDefer(Action wanted) throws IOException {
    runDeferred();
    boolean first = deferred.stream().noneMatch(wanted::meets);
    if (first && !isHeld(wanted) && !isResting() && runs(wanted)) {
      return true;
    }
    deferred.add(wanted);
    reportHolders(wanted);
    if (!isHeld(wanted)) {
      retryLater();
    }
    return false;
  }

  /** Runs an action; returns false if it is to be tried again. */
  private boolean runs(Action action) throws IOException {
    boolean done = action.effect.run();
    inUse = !done;
    if (done) {
      action.completion.done();
      if (action.isClose()) {
        ended = true;
        lock.notifyAll();
      }
    }
    return done;
  }

  private void reportHolders(Action action) {
    holding(action).forEach(lease -> lease.reportHoldersLater(options.patience()));
  }

  private List<RangeLease> holding(Action wanted) {
    return pinned.stream().filter(lease -> isHeldBy(wanted, lease)).toList();
  }

  private boolean isHeld(Action wanted) {
    return pinned.stream().anyMatch(lease -> isHeldBy(wanted, lease));
  }

  /** Copies hold up only the close: they still have to be written back. */
  private boolean isHeldBy(Action wanted, RangeLease lease) {
    long word = lease.word();
    return !options.ignoresPins()
        && (waitsForPins || lease.meets(wanted.from, wanted.to))
        && (wanted.isClose() ? LeaseState.pinned(word) : LeaseState.held(word));
  }

  /**
   * Returns whether nothing is pinned, but the file system may still hold the pages of former pins.
   */
  private boolean isResting() {
    return waitsForPins && gate.look() == PinGate.Idle.NOT_YET;
  }

  /** Lets the lock go meanwhile. */
  private void awaitRest() {
    while (isResting() && !Thread.currentThread().isInterrupted()) {
      try {
        lock.wait(PinGate.STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does what nothing holds up any more, in order. */
  private void runDeferred() {
    if (isResting()) {
      retryLater();
      return;
    }
    List<Action> before = new ArrayList<>();
    for (Iterator<Action> all = deferred.iterator(); all.hasNext(); ) {
      Action next = all.next();
      boolean free = !isHeld(next) && before.stream().noneMatch(next::meets);
      if (free && isOver(next)) {
        all.remove();
      } else {
        before.add(next);
      }
    }
    if (inUse) {
      retryLater();
    }
  }

  /** Runs an action; returns whether it was done or has failed, and so is not to be tried again. */
  private boolean isOver(Action next) {
    try {
      return runs(next);
    } catch (IOException | RuntimeException e) {
      LOGGER.log(Level.ERROR, "deferred " + next.what + " of " + file + " failed", e);
      next.completion.failed(e);
      return true;
    }
  }

  /**
   * Tries again after a while. Nobody else may do that: no unpin follows when the file system has
   * dropped its references, or when a call that used a mapping is over.
   */
  private void retryLater() {
    if (!deferred.isEmpty() && !retrying) {
      retrying = true;
      Later.run(options.rest(), this::retry);
    }
  }

  private void retry() {
    synchronized (lock) {
      retrying = false;
      runDeferred();
    }
  }

  @Override
  public String toString() {
    return file;
  }
}
