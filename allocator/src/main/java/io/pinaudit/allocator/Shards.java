package io.pinaudit.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Storage that is ready to be given out, or was just freed, spread over shards so that threads do
 * not meet: each thread takes from its shard and gives back to it, and goes to the pool's map only
 * when the shard has nothing, or has too much.
 *
 * <p>A region in a shard is in use, as far as the map goes, and nobody's. It also counts as a user
 * of the pool's present mapping. A shard has a lock of its own, which is held for some nanoseconds:
 * whoever finds it taken goes elsewhere, and nobody waits for it but those who hold the pool's
 * lock, which comes before it. While the shards are stopped they have nothing and take nothing:
 * then the map is all there is, and the mapping and the limit can change.
 */
final class Shards {
  /** Makes an extent of a region; called with a shard's lock. */
  interface Maker {
    Extent make(Region<Extent> region, long key);
  }

  /** Lengths are kept apart by these many slots. */
  private static final int SLOTS = 32;

  private static final int MOST_REGIONS = 64;

  /** A slot has at most this part of the pool. */
  private static final int PART = 128;

  /** Keys of extents differ by shard; 0 is that of the pool itself. */
  private static final int KEY_STRIDE = 128;

  private static final int MOST_SHARDS = 64;
  private static final VarHandle LOCKED;

  static {
    try {
      LOCKED = MethodHandles.lookup().findVarHandle(Shard.class, "locked", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final class Slot {
    long lengthBytes;
    int count;
    Region<Extent>[] regions = newTable(0);

    /** How many are fetched at once; more each time, so that few are fetched for who needs few. */
    int fetch = 1;
  }

  private static final class Shard {
    final int index;
    final Slot[] slots = new Slot[SLOTS];

    /** 1 while somebody has it; all below is guarded by it. */
    @SuppressWarnings("unused") // through LOCKED
    private volatile int locked;

    boolean stopped;

    /** Where the file ends; what lies beyond is not to be given out again. */
    long limitBytes = Long.MAX_VALUE;

    long lastKey;

    Shard(int index) {
      this.index = index;
      Arrays.setAll(slots, i -> new Slot());
    }

    boolean tryLock() {
      return locked == 0 && LOCKED.compareAndSet(this, 0, 1);
    }

    @SuppressWarnings("ThreadPriorityCheck") // whoever has it may have lost its processor
    void lock() {
      while (!tryLock()) {
        Thread.yield();
      }
    }

    void unlock() {
      LOCKED.setRelease(this, 0);
    }

    long nextKey() {
      lastKey += KEY_STRIDE;
      return lastKey + index;
    }
  }

  private final PoolFile file;
  private final FreeMap<Extent> map;
  private final Maker maker;
  private final Shard[] shards;

  /** Whether the pool has shards at all. */
  private final boolean used;

  private long lastKey;

  /** Stops that have not ended; guarded by the pool's lock. */
  private int stops;

  Shards(PoolFile file, FreeMap<Extent> map, boolean used, Maker maker) {
    this.file = file;
    this.map = map;
    this.used = used;
    this.maker = maker;
    int processors = Runtime.getRuntime().availableProcessors();
    this.shards = new Shard[Math.min(MOST_SHARDS, 2 * Integer.highestOneBit(processors))];
    Arrays.setAll(shards, i -> new Shard(i + 1));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Region<Extent>[] newTable(int length) {
    return new Region[length];
  }

  private Shard mine() {
    return shards[(int) Thread.currentThread().threadId() & shards.length - 1];
  }

  private static Slot slot(Shard shard, long lengthBytes) {
    long blocks = lengthBytes >>> FreeMap.BLOCK_SHIFT;
    return shard.slots[(int) (blocks ^ blocks >>> 5 ^ blocks >>> 10) & SLOTS - 1];
  }

  /** Without the pool's lock: an extent of that length; null if the shard has none. */
  Extent allocate(long lengthBytes) {
    Shard shard = mine();
    if (!used || !shard.tryLock()) {
      return null;
    }
    try {
      Slot slot = slot(shard, lengthBytes);
      if (slot.lengthBytes != lengthBytes || slot.count == 0) {
        return null;
      }
      return make(slot.regions[--slot.count], shard.nextKey());
    } finally {
      shard.unlock();
    }
  }

  /** An extent of a region that the map gave; under the pool's lock. */
  Extent make(Region<Extent> region) {
    file.current().users++;
    lastKey += KEY_STRIDE;
    return make(region, lastKey);
  }

  private Extent make(Region<Extent> region, long key) {
    Extent extent = maker.make(region, key);
    region.tenant = extent;
    return extent;
  }

  /**
   * Without the pool's lock: takes the region of an extent that was freed and never pinned or
   * committed; false if the map has to.
   */
  boolean free(Extent extent) {
    Shard shard = mine();
    if (!used || !shard.tryLock()) {
      return false;
    }
    try {
      Slot slot = slot(shard, extent.length());
      if (shard.stopped
          || slot.lengthBytes != extent.length()
          || slot.count == slot.regions.length
          || extent.offset() + extent.length() > shard.limitBytes
          || extent.mapping() != file.current()) {
        return false;
      }
      extent.region.tenant = null;
      slot.regions[slot.count++] = extent.region;
      return true;
    } finally {
      shard.unlock();
    }
  }

  /** Under the pool's lock: fetches regions of a length for the thread's next allocations. */
  void refill(long lengthBytes) {
    if (used && stops == 0) {
      Shard shard = mine();
      shard.lock();
      try {
        refill(slotFor(shard, lengthBytes));
      } finally {
        shard.unlock();
      }
    }
  }

  private void refill(Slot slot) {
    int most = slot.regions.length;
    int wanted = Math.min(most, slot.fetch);
    slot.fetch = Math.min(most, 2 * slot.fetch);
    Region<Extent>[] fetched = newTable(wanted);
    int count = 0;
    while (slot.count + count < wanted) {
      Region<Extent> region = map.allocate(slot.lengthBytes, FreeMap.BLOCK_BYTES);
      if (region == null) {
        break;
      }
      file.current().users++;
      fetched[count++] = region;
    }
    // The first of them is to be given out first.
    while (count > 0) {
      slot.regions[slot.count++] = fetched[--count];
    }
  }

  /** The slot of a length, which another length may have had until here. */
  private Slot slotFor(Shard shard, long lengthBytes) {
    Slot slot = slot(shard, lengthBytes);
    if (slot.lengthBytes != lengthBytes) {
      giveBack(slot, slot.count);
      slot.lengthBytes = lengthBytes;
      slot.fetch = 1;
    }
    int most = (int) Math.min(MOST_REGIONS, map.limit() / PART / lengthBytes);
    if (slot.regions.length != most) {
      giveBack(slot, Math.max(0, slot.count - most));
      slot.regions = Arrays.copyOf(slot.regions, most);
    }
    return slot;
  }

  /** Under the pool's lock: makes room in the thread's shard for what it frees. */
  void spill(long lengthBytes) {
    if (used && stops == 0) {
      Shard shard = mine();
      shard.lock();
      try {
        Slot slot = slotFor(shard, lengthBytes);
        giveBack(slot, (slot.count + 1) / 2);
      } finally {
        shard.unlock();
      }
    }
  }

  private void giveBack(Slot slot, int count) {
    for (int i = 0; i < count; i++) {
      file.release(file.current());
      Region<Extent> region = slot.regions[--slot.count];
      slot.regions[slot.count] = null;
      map.free(region);
    }
  }

  /** Under the pool's lock: gives everything back to the map, and takes nothing from here on. */
  void stop() {
    if (used && stops++ == 0) {
      for (Shard shard : shards) {
        shard.lock();
        try {
          shard.stopped = true;
          for (Slot slot : shard.slots) {
            giveBack(slot, slot.count);
          }
        } finally {
          shard.unlock();
        }
      }
    }
  }

  /** Under the pool's lock: after it all extents are seen that the shards gave out before. */
  void look() {
    for (Shard shard : shards) {
      shard.lock();
      shard.unlock();
    }
  }

  /** Under the pool's lock: ends a {@link #stop}. */
  void start() {
    if (used && --stops == 0) {
      for (Shard shard : shards) {
        shard.lock();
        shard.stopped = false;
        shard.limitBytes = map.limit();
        shard.unlock();
      }
    }
  }
}
