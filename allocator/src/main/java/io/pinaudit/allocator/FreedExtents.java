package io.pinaudit.allocator;

import io.pinaudit.allocator.event.FreeDeferredEvent;
import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.Space;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The freed extents of a pool that are still pinned, and the way in which they are given back. The
 * pool's lock guards it.
 */
final class FreedExtents {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final PoolFile file;
  private final PoolOptions options;
  private final Space<Extent> space;
  private final ExtentMap map;

  /** The pool's lock; let go while a free waits. */
  private final Object lock;

  /** Freed and pinned extents by offset. */
  private final NavigableMap<Long, Extent> pinned = new TreeMap<>();

  FreedExtents(PoolParts parts, Space<Extent> space, ExtentMap map) {
    this.file = parts.file();
    this.options = parts.options();
    this.space = space;
    this.map = map;
    this.lock = parts.lock();
  }

  /** Frees an extent as the policies of its pins have it. */
  void free(Extent extent, Duration patience) {
    if (begin(extent)) {
      pinned.put(extent.offset(), extent);
      if (LeaseState.waitedFor(extent.word())) {
        awaitReclaim(extent, patience);
        requireHealthyFor(extent);
      } else {
        defer(extent, patience);
      }
    }
  }

  /** Frees an extent, and never waits. */
  CompletionStage<Void> freeAsync(Extent extent, Duration patience) {
    Completion end = new Completion();
    extent.end = end;
    if (begin(extent)) {
      pinned.put(extent.offset(), extent);
      defer(extent, patience);
    }
    return end.stage();
  }

  private void defer(Extent extent, Duration patience) {
    FreeDeferredEvent event = new FreeDeferredEvent();
    if (event.isEnabled()) {
      event.extent = extent.describe();
      event.pins = extent.pinCount();
      event.commit();
    }
    map.logFree(extent);
    extent.reportHoldersLater(patience);
  }

  /** Begins to free an extent; returns whether pins hold it up. */
  private boolean begin(Extent extent) {
    requireHealthyFor(extent);
    if (LeaseState.freed(extent.change(LeaseState::free))) {
      throw new IllegalStateException(extent.describe() + " is freed already");
    }
    extent.settle();
    if (options.ignoresPins()) {
      extent.change(word -> word | LeaseState.RECLAIMED);
    }
    boolean held = !LeaseState.reclaimed(extent.word());
    if (!held) {
      reclaimed(extent);
    }
    return held;
  }

  /** Throws if the log cannot say that the extent is freed, although it says that it exists. */
  private void requireHealthyFor(Extent extent) {
    if (extent.durable() != null) {
      map.requireHealthy();
    }
  }

  private void awaitReclaim(Extent extent, Duration patience) {
    extent.freeWaits = true;
    try {
      Lease.await(
          lock,
          () -> LeaseState.reclaimed(extent.word()),
          new Lease.Wait("free of " + extent.describe(), patience, () -> List.of(extent)));
    } catch (StillPinnedException e) {
      if (extent.settle()) {
        // The last pin has gone meanwhile; whoever closed it comes too late to give the storage
        // back.
        reclaimed(extent);
      } else if (!LeaseState.reclaimed(extent.change(LeaseState::cancel))) {
        extent.freeWaits = false;
        pinned.remove(extent.offset());
        lock.notifyAll();
        throw e;
      }
    }
  }

  /**
   * Marks extents as freed that something else is done together with, and holds them, so that
   * nothing is given back before {@link #letGo}. Waits for their pins with the policy WAIT.
   *
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   */
  void hold(Set<Extent> extents) {
    for (Extent extent : extents) {
      extent.acquireAgain(LeaseState.DEFER_PIN);
      extent.change(LeaseState::free);
      extent.freeWaits = true;
      pinned.put(extent.offset(), extent);
    }
    long end = System.nanoTime() + Later.nanos(options.patience());
    // While this holds the extents, an unpin notifies nobody: so it has to be looked at again and
    // again.
    while (anyWaited(extents)
        && System.nanoTime() < end
        && !Thread.currentThread().isInterrupted()) {
      Lease.await(lock, () -> !anyWaited(extents), LOOK_AGAIN);
    }
    if (anyWaited(extents)) {
      List<Extent> all = List.copyOf(extents);
      keep(extents);
      throw new Lease.Wait("free of " + all.size() + " extents", options.patience(), () -> all)
          .inVain(Lease.pinsOf(all));
    }
  }

  private static boolean anyWaited(Set<Extent> extents) {
    return extents.stream().anyMatch(extent -> LeaseState.waitedFor(extent.word()));
  }

  /** Undoes {@link #hold}; to be followed by {@link #letGo}. */
  void keep(Set<Extent> extents) {
    for (Extent extent : extents) {
      extent.change(LeaseState::cancel);
      extent.freeWaits = false;
      pinned.remove(extent.offset());
    }
    lock.notifyAll();
  }

  /** Lets the held extents be free from here on, as far as their other pins let them. */
  void freed(Set<Extent> extents) {
    for (Extent extent : extents) {
      extent.freeWaits = false;
      extent.reportHoldersLater(options.patience());
    }
    lock.notifyAll();
  }

  /** Without the lock: ends the holds. */
  static void letGo(Set<Extent> extents) {
    extents.forEach(extent -> extent.release(LeaseState.DEFER_PIN));
  }

  /** Gives an extent back: the last pin of the freed extent has gone, or there was none. */
  void reclaimed(Extent extent) {
    if (!pinned.isEmpty()) {
      pinned.remove(extent.offset(), extent);
    }
    if (extent.end != null) {
      extent.end.done();
    }
    extent.closeView();
    if (extent.durable() != null) {
      file.release(extent.mapping());
      map.logFree(extent);
      map.giveBackWhenDurable(extent.region);
    } else if (!space.shards().free(extent.region, extent.mapping())) {
      file.release(extent.mapping());
      space.giveBack(extent.region);
    }
  }

  /**
   * Waits until no WAIT pin is left on what is freed beyond a length, and no free there waits any
   * more: one that waits in vain leaves its extent alive.
   */
  void awaitUnpinned(long fromBytes, String what) {
    Lease.await(
        lock,
        () -> from(fromBytes).noneMatch(e -> e.freeWaits || LeaseState.waitedFor(e.word())),
        new Lease.Wait(what, options.patience(), () -> from(fromBytes).toList()));
  }

  /** Returns the extents that are freed but pinned and end beyond an offset. */
  Stream<Extent> from(long offsetBytes) {
    return pinned.values().stream().filter(e -> e.offset() + e.length() > offsetBytes);
  }

  long bytes() {
    return pinned.values().stream().mapToLong(Extent::length).sum();
  }

  /**
   * Returns a clause for the message of an allocation that failed; empty if nothing is freed but
   * pinned.
   */
  String message() {
    return pinned.isEmpty()
        ? ""
        : "; %d bytes are freed but pinned by %s"
            .formatted(bytes(), Lease.holdersOf(pinned.values()));
  }
}
