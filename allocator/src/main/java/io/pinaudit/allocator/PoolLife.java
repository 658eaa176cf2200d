package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Retry;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Opens and closes a pool: it is not closed before the last pin has gone. */
final class PoolLife {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private enum Phase {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final PoolFile file;
  private final PoolOptions options;
  private final Space<Extent> space;
  private final ExtentMap map;

  /** The pool's lock. */
  private final Object lock;

  /** Written under the lock; whoever reads it without the lock looks again under it. */
  private volatile Phase phase = Phase.OPEN;

  private final Completion end = new Completion();

  /** Why the log could not be closed, if so; written under the lock. */
  private volatile IOException failure;

  /**
   * Whether all of a close is done except that a call still uses a mapping; written under the lock.
   */
  private volatile boolean inUse;

  /** Guarded by the lock. */
  private boolean retrying;

  /** What has to end before the file is closed; guarded by the lock. */
  private final Map<Object, Runnable> users = new HashMap<>();

  /** The extents that a close waits for; guarded by the lock. */
  private final Set<Extent> holding = new HashSet<>();

  PoolLife(PoolParts parts, Space<Extent> space, ExtentMap map) {
    this.file = parts.file();
    this.options = parts.options();
    this.space = space;
    this.map = map;
    this.lock = parts.lock();
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  void requireOpen() {
    if (phase != Phase.OPEN) {
      throw new IllegalStateException(file + " is closed");
    }
  }

  /**
   * Under the lock, or before the pool is open: adds a user of its mappings, which has to end
   * before them.
   */
  void addUser(Object user, Runnable end) {
    users.put(user, end);
  }

  /** Under the lock: removes a user that has ended already. */
  void removeUser(Object user) {
    users.remove(user);
  }

  /** Under the lock: notes that the last pin that held an extent has gone. */
  void settled(Extent extent) {
    if (phase != Phase.OPEN && !LeaseState.holdsClose(extent.word())) {
      holding.remove(extent);
    }
  }

  /**
   * Without the lock: refuses pins from here on, and closes the pool now or when the last pin has
   * gone.
   *
   * @throws IllegalStateException if a call uses a mapping without a pin
   */
  void close() {
    synchronized (lock) {
      if (phase == Phase.OPEN) {
        phase = Phase.CLOSING;
        if (closeExtents()) {
          awaitHolding();
        }
        holding.forEach(e -> e.reportHoldersLater(options.patience()));
      } else if (!inUse) {
        return;
      }
    }
    try {
      space.blocks().finishIfUnpinned();
    } finally {
      finish();
    }
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
    if (inUse) {
      throw new IllegalStateException(
          file + " is unmapped as soon as a call that uses it without a pin is over");
    }
  }

  /** Does what {@link #close} does, but never waits. */
  CompletionStage<Void> closeAsync() {
    synchronized (lock) {
      if (phase == Phase.OPEN) {
        phase = Phase.CLOSING;
        closeExtents();
        holding.forEach(e -> e.reportHoldersLater(options.patience()));
      }
    }
    finish();
    return end.stage();
  }

  boolean awaitClosed(Duration patience) {
    synchronized (lock) {
      return Lease.await(lock, () -> phase == Phase.CLOSED, patience);
    }
  }

  private void awaitHolding() {
    try {
      Lease.await(
          lock,
          holding::isEmpty,
          new Lease.Wait("close of " + file, options.patience(), () -> List.copyOf(holding)));
    } catch (StillPinnedException e) {
      reopenExtents();
      throw e;
    }
  }

  /** Lets all extents refuse pins; returns whether one of their pins makes the close wait. */
  private boolean closeExtents() {
    space.shards().stop();
    space.forEachTenant(extent -> extent.change(LeaseState::close));
    boolean[] waits = {false};
    space.forEachTenant(
        extent -> {
          long word = extent.word();
          if (LeaseState.holdsClose(word) && !options.ignoresPins()) {
            holding.add(extent);
            waits[0] |= LeaseState.waitedFor(word);
          }
        });
    return waits[0];
  }

  private void reopenExtents() {
    holding.clear();
    space.forEachTenant(extent -> extent.change(LeaseState::reopen));
    phase = Phase.OPEN;
    space.shards().start();
  }

  /** Without the lock: does what is left of a close, if its time has come. */
  void finish() {
    if (phase != Phase.OPEN && !isHeld()) {
      space.blocks().finish(this::closeFile);
    }
  }

  private boolean isHeld() {
    synchronized (lock) {
      return phase != Phase.CLOSING || !holding.isEmpty();
    }
  }

  private void closeFile() {
    map.pause();
    try {
      closePaused();
    } finally {
      map.resume();
    }
  }

  private void closePaused() {
    synchronized (map.flushing()) {
      synchronized (lock) {
        if (isHeld()) {
          return;
        }
        space.forEachTenant(Extent::closeView);
        space.blocks().punchLast();
        try {
          map.finish();
        } catch (UncheckedIOException e) {
          failure = e.getCause();
          LOGGER.log(Level.ERROR, file + ": the extent map is closed as after a crash", e);
        } finally {
          unmap();
        }
      }
    }
  }

  /** Under the lock: unmaps the file and closes it; tries again later if a call still uses it. */
  private void unmap() {
    List.copyOf(users.values()).forEach(Runnable::run);
    users.clear();
    inUse = !file.unmaps();
    if (!inUse) {
      closeUnmapped();
    } else if (!retrying) {
      retrying = true;
      Retry.untilDone(this::isClosedNow);
    }
  }

  private void closeUnmapped() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      phase = Phase.CLOSED;
      if (failure == null) {
        end.done();
      } else {
        end.failed(failure);
      }
      lock.notifyAll();
    }
  }

  private boolean isClosedNow() {
    synchronized (lock) {
      if (phase != Phase.CLOSED && file.unmaps()) {
        inUse = false;
        closeUnmapped();
      }
      return phase == Phase.CLOSED;
    }
  }
}
