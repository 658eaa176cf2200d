package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Retry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A shared arena whose {@link #close} honours pins. It replaces {@code Arena.ofShared()} where
 * memory, or a mapping, is lent to the kernel or a device for longer than a call. Safe for any
 * thread.
 *
 * {@snippet :
 * PinnedArena arena = PinnedArena.ofShared(PoolOptions.defaults()); // was Arena.ofShared()
 * MemorySegment mapping = channel.map(READ_WRITE, 0, length, arena);
 * Pin pin = arena.pin(mapping, "vmsplice"); // closed by whoever sees the pipe drained
 * pipe.lend(pin.segment());
 * arena.close(); // policy DEFER: unmaps when the pin is closed
 * }
 */
public final class PinnedArena implements Arena {
  private final Arena delegate = Arena.ofShared();
  private final PoolOptions options;
  private final Holders holders;
  private final ArenaLease lease;
  private final Completion closed = new Completion();

  private PinnedArena(PoolOptions options) {
    this.options = options;
    this.holders = new Holders(options);
    this.lease = new ArenaLease();
  }

  /** Returns a new arena. It uses the policy, patience, tracing and leak reports of the options. */
  public static PinnedArena ofShared(PoolOptions options) {
    return new PinnedArena(options);
  }

  /**
   * Allocates memory, as any shared arena does: zeroed, off the heap.
   *
   * @throws IllegalStateException if the arena is closed, also if it only waits for pins
   */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    if (lease.isFreed()) {
      throw new IllegalStateException(lease.describe() + " is closed");
    }
    return delegate.allocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return delegate.scope();
  }

  /**
   * Takes a lease on the arena for an I/O on one of its segments.
   *
   * @throws IllegalArgumentException if the segment is another arena's, or is read-only and a copy
   *     of it would have to be written back
   * @throws IllegalStateException if the arena is closed, also if it only waits for pins
   */
  public Pin pin(MemorySegment segment, String name) {
    requireOwn(segment);
    return holders.pin(lease, name, segment);
  }

  /**
   * Does what {@link #pin(MemorySegment, String)} does; a range of the options is one of the
   * segment.
   */
  public Pin pin(MemorySegment segment, PinOptions how) {
    requireOwn(segment);
    return holders.pin(lease, how.policy().orElse(options.policy()), how, segment);
  }

  private void requireOwn(MemorySegment segment) {
    if (!segment.scope().equals(scope())) {
      throw new IllegalArgumentException("the segment is not of this arena");
    }
  }

  /**
   * Returns the pins that are open now, as far as they are known; works while a close waits for
   * them as well.
   */
  public List<PinReport> pins() {
    return lease.pins();
  }

  /**
   * Frees and unmaps everything: at once if nothing is pinned; when the last pin is closed; or, if
   * a pin's policy is WAIT, after having waited for that. Until then the memory can be used, but
   * not pinned any more. If a call is using a segment without a pin when the last pin is closed,
   * that is tried again until the call is over.
   *
   * @throws IllegalStateException if it is closed already, or a call is using a segment just now:
   *     then the arena is open, unless pins were waited for
   * @throws StillPinnedException if it waited in vain; the arena is open then
   */
  @Override
  public void close() {
    synchronized (lease) {
      long before = free();
      if (!LeaseState.held(before)) {
        closeNow();
      } else if (LeaseState.waitedFor(before)) {
        awaitPins();
        if (delegate.scope().isAlive()) {
          throw new IllegalStateException(
              lease.describe() + " is freed as soon as a call that uses it is over");
        }
      } else {
        lease.reportHoldersLater(options.patience());
      }
    }
  }

  /**
   * Does what {@link #close} does, but never waits, whatever the policy of the pins. The stage is
   * completed when everything is freed and unmapped.
   *
   * @throws IllegalStateException if the arena is closed already
   */
  public CompletionStage<Void> closeAsync() {
    synchronized (lease) {
      if (LeaseState.held(free())) {
        lease.reportHoldersLater(options.patience());
      } else {
        lease.reclaimed();
      }
      return closed.stage();
    }
  }

  /**
   * Waits until everything is freed and unmapped.
   *
   * @return false if it is not when so much time is over, or the thread is interrupted
   */
  public boolean awaitClosed(Duration patience) {
    synchronized (lease) {
      return Lease.await(lease, () -> !delegate.scope().isAlive(), patience);
    }
  }

  private long free() {
    long before = lease.change(LeaseState::free);
    if (LeaseState.freed(before)) {
      throw new IllegalStateException(lease.describe() + " is closed already");
    }
    return before;
  }

  private void closeNow() {
    try {
      delegate.close();
      closed.done();
    } catch (IllegalStateException e) {
      lease.change(word -> word & ~(LeaseState.FREEING | LeaseState.RECLAIMED));
      throw e;
    }
  }

  private void awaitPins() {
    try {
      Lease.await(
          lease,
          () -> LeaseState.reclaimed(lease.word()),
          new Lease.Wait("close of " + lease.describe(), options.patience(), () -> List.of(lease)));
    } catch (StillPinnedException e) {
      if (lease.settle()) {
        lease.reclaimed();
      } else if (!LeaseState.reclaimed(lease.change(LeaseState::cancel))) {
        throw e;
      }
    }
  }

  /** Returns what the arena is, and whether it is open. */
  @Override
  public String toString() {
    return lease.describe() + (lease.isFreed() ? ", closed" : "");
  }

  private final class ArenaLease extends Lease {
    ArenaLease() {
      super(holders);
    }

    @Override
    Object lock() {
      return this;
    }

    @Override
    MemorySegment memory() {
      throw new AssertionError("each pin of an arena has memory of its own");
    }

    @Override
    String describe() {
      return "arena " + Integer.toHexString(System.identityHashCode(delegate));
    }

    @Override
    void reclaimed() {
      Retry.untilDone(this::closes);
    }

    /** Closes the arena; returns false if a call uses it without a pin just now. */
    private synchronized boolean closes() {
      try {
        delegate.close();
      } catch (IllegalStateException e) {
        return false;
      }
      closed.done();
      notifyAll();
      return true;
    }

    @Override
    void settled() {}

    @Override
    void afterSettle() {}
  }
}
