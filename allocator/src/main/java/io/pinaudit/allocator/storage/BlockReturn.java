package io.pinaudit.allocator.storage;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.PinGate;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives storage back to the file system: punches holes where freed extents were, and cuts the end
 * of the file after a shrink. On a DAX file system both are put off until {@link PinGate} finds the
 * whole file idle; a thread of the JDK then does them.
 *
 * @param <T> who has regions
 */
public final class BlockReturn<T> {
  /** The pool's part of the work. */
  public interface Owner {
    /** Returns the pool's lock. */
    Object lock();

    /** Returns the gate; null if the file system does not wait for pins. */
    PinGate gate();

    /**
     * Called without the lock: makes durable that the file is to be cut; returns false if it must
     * not be cut yet.
     */
    boolean prepareCut() throws IOException;

    /** Called under the lock: returns whether the file may be cut now. */
    boolean mayCut();

    /**
     * Called without the lock after an action that was put off: does what may have waited for that.
     */
    void afterSettle();

    /** Called without the lock after a failure: closes the file if a close waits for that. */
    void finish();
  }

  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final Owner owner;
  private final PoolFile file;
  private final FreeMap<T> map;

  /** The pool's lock, which guards all fields that are not volatile. */
  private final Object lock;

  /** Null if the file system does not wait for pins. */
  private final PinGate gate;

  /** Whether the file system waits for pins anywhere in the file. */
  private final boolean waitsForPins;

  private final AtomicBoolean retrying = new AtomicBoolean();

  /** Freed and unpinned regions that are to be punched before they are given out again. */
  private final Deque<Region<T>> punchable = new ArrayDeque<>();

  /** Completed when the file is cut. */
  private final List<Completion> cuts = new ArrayList<>();

  private volatile boolean punches;

  /** Whether the log says already that the file system cannot free blocks. */
  private volatile boolean punchFailed;

  /** The length that the file is to have; -1 if it is not to be cut. */
  private volatile long cutTo = -1;

  BlockReturn(PoolFile file, FreeMap<T> map, Owner owner) {
    this.owner = owner;
    this.file = file;
    this.map = map;
    this.lock = owner.lock();
    this.gate = owner.gate();
    this.waitsForPins = gate != null;
  }

  /** Under the lock: lets a region be punched. */
  void punchLater(Region<T> region) {
    punchable.add(region);
    punches = true;
  }

  /** Under the lock: lets the file be cut. */
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

  /** Under the lock: makes the regions that are not punched yet free as they are. */
  void takeBack() {
    while (!punchable.isEmpty()) {
      map.free(punchable.poll());
    }
    punches = false;
  }

  /** Under the lock: returns how many bytes are freed and have yet to be punched. */
  public long bytes() {
    return file.isOpen() ? punchable.stream().mapToLong(region -> region.length).sum() : 0;
  }

  private boolean isPending() {
    return punches || cutTo >= 0;
  }

  /** Without the lock: punches and cuts, now or when the file is idle. */
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
   * Without the lock: punches and cuts unless something is pinned. Waits until the file system has
   * dropped the references of former pins.
   */
  public void finishIfUnpinned() {
    if (waitsForPins) {
      gate.whenIdle(this::perform);
    }
  }

  /**
   * Without the lock: gives everything back and then closes the file, now or when the file is idle.
   */
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
      // If a close waited in vain and has opened the pool again, all this is still to be done.
      if (!file.isOpen()) {
        punches = false;
        failCut(new IOException(file + " was closed before it could be cut"));
      }
    }
  }

  /**
   * Punches and cuts. The monitor of this object keeps the file from being closed meanwhile, and is
   * taken before the pool's locks. A caller who comes after the close has nothing left to do. A
   * failure is not for the caller, who may just have closed a pin.
   */
  private synchronized void perform() {
    if (file.isOpen()) {
      punch();
      try {
        if (cutTo >= 0 && owner.prepareCut()) {
          cut();
        }
      } catch (IOException | IllegalStateException e) {
        failCut(e);
      }
    }
  }

  /** Leaves the rest of the file to the next open, which sees that the pool is shorter. */
  private void failCut(Exception why) {
    synchronized (lock) {
      if (cutTo >= 0) {
        LOGGER.log(Level.WARNING, file + " stays longer until it is opened next", why);
      }
      cutTo = -1;
      cuts.forEach(one -> one.failed(why));
      cuts.clear();
    }
  }

  private void punch() {
    while (true) {
      Region<T> region;
      synchronized (lock) {
        region = nextPunchable();
        punches = region != null;
      }
      if (region == null) {
        return;
      }
      punch(region);
      synchronized (lock) {
        map.free(region);
      }
    }
  }

  /** Frees the blocks of a region; if the file system cannot, the file keeps them. */
  void punch(Region<T> region) {
    try {
      file.punch(region);
    } catch (IOException e) {
      LOGGER.log(
          punchFailed ? Level.DEBUG : Level.WARNING, file + " keeps the blocks that it frees", e);
      punchFailed = true;
    }
  }

  /**
   * Returns the next region to punch, as far as it lies below a cut. The region is punched without
   * the lock: beyond the cut the file could grow again meanwhile, and the storage be given out
   * anew.
   */
  private Region<T> nextPunchable() {
    Region<T> region = punchable.poll();
    while (region != null && !map.trim(region)) {
      region = punchable.poll();
    }
    return region;
  }

  /**
   * Under the lock, just before the file is closed: punches what was freed since the last punch.
   */
  public void punchLast() {
    for (Region<T> region = nextPunchable(); region != null; region = nextPunchable()) {
      punch(region);
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
