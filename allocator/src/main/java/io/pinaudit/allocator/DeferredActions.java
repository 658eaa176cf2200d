package io.pinaudit.allocator;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be done to a {@link PinnedFile}: each action when no pin on its range holds it up any
 * more, in the order in which they were asked for. Guarded by its lock, which callers hold.
 */
final class DeferredActions {
  /** What is done to the file, in the end. */
  interface Effect {
    void run() throws IOException;
  }

  /** Something to be done to a range of the file. */
  record Action(String what, long from, long to, Effect effect) {
    /** Where the range of a close begins: before any other. */
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
  private boolean closed;
  private boolean retrying;

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

  /** A lease has its pin: from here on its last unpin settles, and takes it out again. */
  void pinned(RangeLease lease) {
    lease.change(LeaseState::close);
    pinned.add(lease);
    lease.mapped().pin();
  }

  /** A pin of the lease has gone. */
  void settled(RangeLease lease) {
    if (!LeaseState.pinned(lease.word()) && pinned.remove(lease)) {
      lease.mapped().unpin();
    }
    runDeferred();
  }

  /** Does it now, or later: then false. */
  boolean perform(Action action) throws IOException {
    requireOpen();
    return performOrDefer(action);
  }

  /** Refuses everything from here on, and does the last thing to the file, now or later. */
  void close(Effect effect) throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      performOrDefer(new Action("close", Action.EVERYTHING, Long.MAX_VALUE, effect));
    } catch (StillPinnedException e) {
      closed = false;
      throw e;
    }
  }

  private boolean performOrDefer(Action wanted) throws IOException {
    Lease.await(
        lock,
        () -> holding(wanted).stream().noneMatch(e -> LeaseState.waitedFor(e.word())),
        new Lease.Wait(wanted.what + " of " + file, options.patience(), () -> holding(wanted)));
    awaitRest();
    if (!wanted.isClose()) {
      requireOpen();
    }
    runDeferred();
    List<RangeLease> held = holding(wanted);
    if (held.isEmpty() && !isResting() && deferred.stream().noneMatch(wanted::meets)) {
      wanted.effect.run();
      return true;
    }
    deferred.add(wanted);
    held.forEach(lease -> lease.reportHoldersLater(options.patience()));
    if (held.isEmpty()) {
      retryLater();
    }
    return false;
  }

  private List<RangeLease> holding(Action wanted) {
    return options.ignoresPins()
        ? List.of()
        : pinned.stream().filter(lease -> isHeldBy(wanted, lease)).toList();
  }

  /** Copies hold up only the close: they still have to be written back. */
  private boolean isHeldBy(Action wanted, RangeLease lease) {
    long word = lease.word();
    return (waitsForPins || lease.meets(wanted.from, wanted.to))
        && (wanted.isClose() ? LeaseState.pinned(word) : LeaseState.held(word));
  }

  /** Whether nothing is pinned, but the file system may still hold what was. */
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
      if (holding(next).isEmpty() && before.stream().noneMatch(next::meets)) {
        all.remove();
        run(next);
      } else {
        before.add(next);
      }
    }
  }

  /** Not only if it still rests: nobody else may come when it does not any more. */
  private void retryLater() {
    if (!deferred.isEmpty() && !retrying) {
      retrying = true;
      Overdue.later(gate.rest(), this::retry);
    }
  }

  private void retry() {
    synchronized (lock) {
      retrying = false;
      runDeferred();
    }
  }

  private void run(Action next) {
    try {
      next.effect.run();
    } catch (IOException | RuntimeException e) {
      LOGGER.log(Level.ERROR, "deferred " + next.what + " of " + file + " failed", e);
    }
  }

  @Override
  public String toString() {
    return file;
  }
}
