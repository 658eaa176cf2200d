package io.pinaudit.allocator;

import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The pinned-extent tree of a pool: what is freed but pinned, and how it comes to be given back.
 * Guarded by the pool's lock.
 */
final class FreedExtents {
  private final PoolFile file;
  private final PoolOptions options;
  private final Space space;
  private final ExtentMap map;

  /** The pool's; let go while a free waits. */
  private final Object lock;

  /** By offset. */
  private final NavigableMap<Long, Extent> pinned = new TreeMap<>();

  FreedExtents(PoolParts parts, Space space, ExtentMap map) {
    this.file = parts.file();
    this.options = parts.options();
    this.space = space;
    this.map = map;
    this.lock = parts.lock();
  }

  /** Frees an extent as the policies of its pins have it. */
  void free(Extent extent, Duration patience) {
    if (extent.durable() != null) {
      map.requireHealthy();
    }
    if (LeaseState.freed(extent.change(LeaseState::free))) {
      throw new IllegalStateException(extent.describe() + " is freed already");
    }
    extent.settle();
    long word = extent.word();
    if (LeaseState.reclaimed(word)) {
      reclaimed(extent);
    } else if (options.ignoresPins()) {
      extent.change(ignored -> ignored | LeaseState.RECLAIMED);
      reclaimed(extent);
    } else if (LeaseState.waitedFor(word)) {
      pinned.put(extent.offset(), extent);
      awaitReclaim(extent, patience);
    } else {
      pinned.put(extent.offset(), extent);
      map.logFree(extent);
      extent.reportHoldersLater(patience);
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
        // The last pin has gone since; whoever closed it comes too late to give it back.
        reclaimed(extent);
      } else if (!LeaseState.reclaimed(extent.change(LeaseState::cancel))) {
        extent.freeWaits = false;
        pinned.remove(extent.offset());
        lock.notifyAll();
        throw e;
      }
    }
  }

  /** The last pin of a freed extent has gone, or there was none. */
  void reclaimed(Extent extent) {
    if (!pinned.isEmpty()) {
      pinned.remove(extent.offset(), extent);
    }
    file.release(extent.mapping());
    if (extent.durable() != null) {
      map.logFree(extent);
      map.giveBackWhenDurable(extent.region);
    } else {
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

  /** What is freed but pinned and ends beyond an offset. */
  Stream<Extent> from(long offsetBytes) {
    return pinned.values().stream().filter(e -> e.offset() + e.length() > offsetBytes);
  }

  long bytes() {
    return pinned.values().stream().mapToLong(Extent::length).sum();
  }

  /** For the message of an allocation that failed; empty if nothing is freed but pinned. */
  String message() {
    return pinned.isEmpty()
        ? ""
        : "; %d bytes are freed but pinned by %s"
            .formatted(bytes(), Lease.holdersOf(pinned.values()));
  }
}
