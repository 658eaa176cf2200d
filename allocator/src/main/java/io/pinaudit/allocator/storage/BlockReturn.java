package io.pinaudit.allocator.storage;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.PinGate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a pool gives back to the file system: holes where freed extents were, and the end of the
 * file after a shrink. On a DAX file system it is put off until {@link PinGate} finds the whole
 * file idle, and done by a thread of the JDK's.
 *
 * @param <T> who has regions
 */
public final class BlockReturn<T> {
  /** What only the pool can do. */
  public interface Owner {
    /** The pool's. */
    Object lock();

    /** Null if the file system does not wait for pins. */
    PinGate gate();

    /** Without the lock: makes durable that the file is to be cut; false if it is not to be yet. */
    boolean prepareCut() throws IOException;

    /** Under the lock: whether the file may be cut now. */
    boolean mayCut();

    /** Without the lock, after something that was put off: what may have waited for that. */
    void afterSettle();

    /** Without the lock, after something failed: closes the file if a close waits for that. */
    void finish();
  }

  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final Owner owner;
  private final PoolFile file;
  private final FreeMap<T> map;

  /** The pool's, for all that is not volatile here. */
  private final Object lock;

  /** Null if the file system does not wait for pins. */
  private final PinGate gate;

  /** Whether the file system waits for pins anywhere in the file. */
  private final boolean waitsForPins;

  private final AtomicBoolean retrying = new AtomicBoolean();

  /** Freed, unpinned, and to be punched before they are given out again. */
  private final Deque<Region<T>> punchable = new ArrayDeque<>();

  /** Who wants to know when the file is cut. */
  private final List<Completion> cuts = new ArrayList<>();

  private volatile boolean punches;

  /** The length that the file is to have; or -1. */
  private volatile long cutTo = -1;

  BlockReturn(PoolFile file, FreeMap<T> map, Owner owner) {
    this.owner = owner;
    this.file = file;
    this.map = map;
    this.lock = owner.lock();
    this.gate = owner.gate();
    this.waitsForPins = gate != null;
  }

  /** Under the lock. */
  void punchLater(Region<T> region) {
    punchable.add(region);
    punches = true;
  }

  /** Under the lock. */
  public void cutLater(long lengthBytes, Completion whenCut) {
    cutTo = lengthBytes;
    cuts.add(whenCut);
  }

  public boolean isCutting() {
    return cutTo >= 0;
  }

  public long cutTo() {
    return cutTo;
  }

  /** Under the lock: what could not be punched yet is given out again as it is. */
  void takeBack() {
    while (!punchable.isEmpty()) {
      map.free(punchable.poll());
    }
    punches = false;
  }

  /** Under the lock: how much is freed and has yet to be punched. */
  public long bytes() {
    return file.isOpen() ? punchable.stream().mapToLong(region -> region.length).sum() : 0;
  }

  private boolean isPending() {
    return punches || cutTo >= 0;
  }

  /** Without the lock: does what is to be done, or sees to it that it will be. */
  public void attempt() {
    if (isPending()) {
      if (waitsForPins) {
        retryLater();
      } else {
        perform();
      }
    }
  }

  /**
   * Without the lock: does what is to be done unless something is pinned, waiting until the file
   * system has let go of what was.
   */
  public void finishIfUnpinned() {
    if (waitsForPins) {
      gate.whenIdle(this::perform);
    }
  }

  /** Without the lock: gives all back and then closes the file, now or when the file is idle. */
  public void finish(Runnable close) {
    if (!waitsForPins) {
      performLast(close);
    } else if (gate.whileIdle(() -> performLast(close)) != PinGate.Idle.YES) {
      retryLater();
    }
  }

  private void retryLater() {
    if (retrying.compareAndSet(false, true)) {
      Later.run(gate.rest(), this::retry);
    }
  }

  private void retry() {
    retrying.set(false);
    try {
      if (gate.whileIdle(this::perform) == PinGate.Idle.YES) {
        owner.afterSettle();
      } else {
        retryLater();
      }
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, owner + " could not give blocks back to the file system", e);
      owner.finish();
    }
  }

  private synchronized void performLast(Runnable close) {
    try {
      perform();
    } finally {
      close.run();
      // If a close that waited in vain has opened the pool again, all is still to be done.
      if (!file.isOpen()) {
        punches = false;
        cutTo = -1;
      }
    }
  }

  /**
   * Its monitor keeps the file from being closed meanwhile; it comes before the pool's locks. Who
   * comes when the file is closed has nothing left to do.
   */
  private synchronized void perform() {
    if (!file.isOpen()) {
      return;
    }
    try {
      punch();
      if (cutTo >= 0 && owner.prepareCut()) {
        cut();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void punch() throws IOException {
    while (true) {
      Region<T> region;
      synchronized (lock) {
        region = nextPunchable();
        punches = region != null;
      }
      if (region == null) {
        return;
      }
      try {
        file.punch(region);
      } finally {
        synchronized (lock) {
          map.free(region);
        }
      }
    }
  }

  /**
   * Only what is below a cut: nothing else keeps the file from growing again, and what lies beyond
   * from being given out anew, while it is punched without the lock.
   */
  private Region<T> nextPunchable() {
    Region<T> region = punchable.poll();
    while (region != null && !map.trim(region)) {
      region = punchable.poll();
    }
    return region;
  }

  /** Under the lock, when the file is about to be closed: what has been freed since the punch. */
  public void punchLast() throws IOException {
    for (Region<T> region = nextPunchable(); region != null; region = nextPunchable()) {
      file.punch(region);
    }
  }

  private void cut() throws IOException {
    synchronized (lock) {
      if (cutTo >= 0 && owner.mayCut()) {
        file.truncate(cutTo);
        cutTo = -1;
        cuts.forEach(Completion::done);
        cuts.clear();
      }
    }
  }
}
