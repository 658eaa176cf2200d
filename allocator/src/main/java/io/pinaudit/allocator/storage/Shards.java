package io.pinaudit.allocator.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Storage that is ready to be given out, or was just freed, spread over shards so that threads do
 * not meet: each thread takes from its shard and gives back to it. It uses the pool's map only when
 * the shard has nothing, or has too much.
 *
 * <p>For the map, a region in a shard is in use; it has no owner. It also counts as a user of the
 * pool's present mapping. A shard has a lock of its own, which is held for some nanoseconds. A
 * thread that finds it taken uses the map instead; only a thread that holds the pool's lock waits
 * for it, so the pool's lock comes before it. While the shards are stopped they have nothing and
 * take nothing: then the map has all storage, and the mapping and the limit can change.
 *
 * @param <T> who has regions
 */
public final class Shards<T> {
  /**
   * Makes a tenant of a region; called under a shard's lock.
   *
   * @param <T> the tenants
   */
  public interface Maker<T> {
    T make(Region<T> region, long key);
  }

  /** The number of slots, which keep lengths apart. */
  private static final int SLOTS = 32;

  private static final int MOST_REGIONS = 64;

  /**
   * A slot has at most this part of the pool. If that is less than two regions, it has two, unless
   * they are longer than the larger part.
   */
  private static final int PART = 128;

  private static final int LARGE_PART = 32;
  private static final int LARGE_REGIONS = 2;

  /** Many more shards than threads run at once, so that few threads meet in one. */
  private static final int SHARDS_A_PROCESSOR = 8;

  /**
   * The difference between two keys of one shard, so that tenants of different shards have
   * different keys; the keys of index 0 are the pool's own.
   */
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

  private static final class Slot<T> {
    long lengthBytes;
    int count;
    Region<T>[] regions = newTable(0);

    /**
     * The number of regions that are fetched at once. It grows with each fetch, so that a thread
     * that needs few fetches few.
     */
    int fetch = 1;
  }

  /**
   * Two cache lines that nobody writes to: wherever a garbage collector puts the shards, threads
   * that write to neighbouring ones do not share a line.
   */
  @SuppressWarnings("unused")
  private abstract static class Apart {
    private long line0;
    private long line1;
    private long line2;
    private long line3;
    private long line4;
    private long line5;
    private long line6;
    private long line7;
    private long line8;
    private long line9;
    private long line10;
    private long line11;
    private long line12;
    private long line13;
    private long line14;
    private long line15;
  }

  private static final class Shard<T> extends Apart {
    final int index;
    final Slot<T>[] slots = newSlots();

    /** 1 while a thread has the lock, which guards all fields below. */
    @SuppressWarnings("unused") // through LOCKED
    private volatile int locked;

    boolean stopped;

    /** The end of the file; storage beyond it must not be given out again. */
    long limitBytes = Long.MAX_VALUE;

    long lastKey;

    Shard(int index) {
      this.index = index;
      Arrays.setAll(slots, i -> new Slot<>());
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
  private final FreeMap<T> map;
  private final Maker<T> maker;
  private final Shard<T>[] shards;

  /** Whether the pool has shards at all. */
  private final boolean used;

  private long lastKey;

  /** The number of stops that have not ended; guarded by the pool's lock. */
  private int stops;

  Shards(PoolFile file, FreeMap<T> map, boolean used, Maker<T> maker) {
    this.file = file;
    this.map = map;
    this.used = used;
    this.maker = maker;
    int processors = Runtime.getRuntime().availableProcessors();
    int count = SHARDS_A_PROCESSOR * Integer.highestOneBit(processors);
    this.shards = newShards(Math.min(MOST_SHARDS, count));
    Arrays.setAll(shards, i -> new Shard<>(i + 1));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Region<T>[] newTable(int length) {
    return new Region[length];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Slot<T>[] newSlots() {
    return new Slot[SLOTS];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Shard<T>[] newShards(int count) {
    return new Shard[count];
  }

  private Shard<T> mine() {
    return shards[(int) Thread.currentThread().threadId() & shards.length - 1];
  }

  private static <T> Slot<T> slot(Shard<T> shard, long lengthBytes) {
    long blocks = lengthBytes >>> FreeMap.BLOCK_SHIFT;
    return shard.slots[(int) (blocks ^ blocks >>> 5 ^ blocks >>> 10) & SLOTS - 1];
  }

  /** Without the pool's lock: returns a tenant of that length; null if the shard has none. */
  public T allocate(long lengthBytes) {
    Shard<T> shard = mine();
    if (!used || !shard.tryLock()) {
      return null;
    }
    try {
      Slot<T> slot = slot(shard, lengthBytes);
      if (slot.lengthBytes != lengthBytes || slot.count == 0) {
        return null;
      }
      return make(slot.regions[--slot.count], shard.nextKey());
    } finally {
      shard.unlock();
    }
  }

  /** Makes a tenant of a region that the map gave; under the pool's lock. */
  public T make(Region<T> region) {
    file.current().users++;
    lastKey += KEY_STRIDE;
    return make(region, lastKey);
  }

  private T make(Region<T> region, long key) {
    T tenant = maker.make(region, key);
    region.tenant = tenant;
    return tenant;
  }

  /**
   * Without the pool's lock: takes the region of a tenant that has gone and left nothing to wait
   * for; returns false if the map has to take it.
   *
   * @param seenThrough the mapping that the tenant used
   */
  public boolean free(Region<T> region, Mapping seenThrough) {
    Shard<T> shard = mine();
    if (!used || !shard.tryLock()) {
      return false;
    }
    try {
      Slot<T> slot = slot(shard, region.length);
      if (shard.stopped
          || slot.lengthBytes != region.length
          || slot.count == slot.regions.length
          || region.end() > shard.limitBytes
          || seenThrough != file.current()) {
        return false;
      }
      region.tenant = null;
      slot.regions[slot.count++] = region;
      return true;
    } finally {
      shard.unlock();
    }
  }

  /** Under the pool's lock: fetches regions of a length for the thread's next allocations. */
  public void refill(long lengthBytes) {
    if (used && stops == 0) {
      Shard<T> shard = mine();
      shard.lock();
      try {
        refill(slotFor(shard, lengthBytes));
      } finally {
        shard.unlock();
      }
    }
  }

  private void refill(Slot<T> slot) {
    int most = slot.regions.length;
    int wanted = Math.min(most, slot.fetch);
    slot.fetch = Math.min(most, 2 * slot.fetch);
    Region<T>[] fetched = newTable(wanted);
    int count = 0;
    while (slot.count + count < wanted) {
      Region<T> region = map.allocate(slot.lengthBytes, FreeMap.BLOCK_BYTES);
      if (region == null) {
        break;
      }
      file.current().users++;
      fetched[count++] = region;
    }
    // The region that was fetched first is to be given out first.
    while (count > 0) {
      slot.regions[slot.count++] = fetched[--count];
    }
  }

  /** Returns the slot of a length, which it may take from another length. */
  private Slot<T> slotFor(Shard<T> shard, long lengthBytes) {
    Slot<T> slot = slot(shard, lengthBytes);
    if (slot.lengthBytes != lengthBytes) {
      giveBack(slot, slot.count);
      slot.lengthBytes = lengthBytes;
      slot.fetch = 1;
    }
    int most = most(lengthBytes);
    if (slot.regions.length != most) {
      giveBack(slot, Math.max(0, slot.count - most));
      slot.regions = Arrays.copyOf(slot.regions, most);
    }
    return slot;
  }

  private int most(long lengthBytes) {
    int least = lengthBytes <= map.limit() / LARGE_PART ? LARGE_REGIONS : 0;
    long share = map.limit() / PART / lengthBytes;
    return Math.clamp(share, least, MOST_REGIONS);
  }

  /** Under the pool's lock: makes room in the thread's shard for what it frees. */
  public void spill(long lengthBytes) {
    if (used && stops == 0) {
      Shard<T> shard = mine();
      shard.lock();
      try {
        Slot<T> slot = slotFor(shard, lengthBytes);
        giveBack(slot, (slot.count + 1) / 2);
      } finally {
        shard.unlock();
      }
    }
  }

  private void giveBack(Slot<T> slot, int count) {
    for (int i = 0; i < count; i++) {
      file.release(file.current());
      Region<T> region = slot.regions[--slot.count];
      slot.regions[slot.count] = null;
      map.free(region);
    }
  }

  /** Under the pool's lock: gives everything back to the map, and takes nothing from here on. */
  public void stop() {
    if (used && stops++ == 0) {
      for (Shard<T> shard : shards) {
        shard.lock();
        try {
          shard.stopped = true;
          for (Slot<T> slot : shard.slots) {
            giveBack(slot, slot.count);
          }
        } finally {
          shard.unlock();
        }
      }
    }
  }

  /**
   * Under the pool's lock: waits for each shard's lock, so that all tenants are seen that the
   * shards made before.
   */
  public void look() {
    for (Shard<T> shard : shards) {
      shard.lock();
      shard.unlock();
    }
  }

  /** Under the pool's lock: ends a {@link #stop}. */
  public void start() {
    if (used && --stops == 0) {
      for (Shard<T> shard : shards) {
        shard.lock();
        shard.stopped = false;
        shard.limitBytes = map.limit();
        shard.unlock();
      }
    }
  }
}
