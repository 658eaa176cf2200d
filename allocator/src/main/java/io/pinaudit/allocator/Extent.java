package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Retry;
import io.pinaudit.allocator.storage.Durable;
import io.pinaudit.allocator.storage.Mapping;
import io.pinaudit.allocator.storage.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A contiguous part of a pool's file, and of memory, from {@link ExtentPool#allocate} until {@link
 * #free}. Safe for any thread.
 *
 * <p>An extent ends with its process, unless it is committed: then it is in {@link
 * ExtentPool#extents} of whoever opens the pool next.
 */
public final class Extent extends Lease {
  /** The pool that an extent belongs to. */
  interface Owner {
    Object lock();

    Holders holders();

    /** Returns the memory of an extent, each time as another segment. */
    MemorySegment view(Extent extent);

    Pin pin(Extent extent, String name);

    Pin pin(Extent extent, PinOptions how);

    Optional<Pin> tryPin(Extent extent, String name);

    void commit(Extent extent, String name) throws IOException;

    /** Frees an extent with the pool's patience. */
    void free(Extent extent);

    void free(Extent extent, Duration patience);

    CompletionStage<Void> freeAsync(Extent extent);

    /** Called under the lock when the last pin of a freed extent has gone. */
    void reclaimed(Extent extent);

    /** Called under the lock when a close may have waited for an extent. */
    void settled(Extent extent);

    /** Called without the lock: does what may take long and was put off until here. */
    void afterSettle();
  }

  private final Owner pool;
  private final Mapping mapping;
  private final long offset;
  private final long length;

  /**
   * The number of the extent in the notes of plain pins. Another extent at the same place has
   * another number: a late note, of a thread that has yet to learn of this extent's end, is not
   * taken for a note of the other.
   */
  private final long key;

  /** Guarded by the pool's lock. */
  final Region<Extent> region;

  /**
   * Null until the extent is committed. Guarded by the pool's lock, and volatile for {@link #name}.
   */
  private volatile Durable durable;

  /** Made when it is first asked for; any of several equal segments will do. */
  private MemorySegment view;

  /** The arena of a view of its own, in a pool that checks; guarded by the pool's lock. */
  private Arena viewArena;

  /**
   * Completed when the storage is given back; null if nobody waits for that. Guarded by the pool's
   * lock.
   */
  Completion end;

  /** Whether the log says that the extent is freed; guarded by the pool's lock. */
  boolean freeLogged;

  /**
   * Whether a free waits for the extent's pins, and may yet give up; written under the pool's lock.
   */
  volatile boolean freeWaits;

  @Override
  boolean freeMayGiveUp() {
    return freeWaits;
  }

  Extent(Owner pool, Region<Extent> region, Mapping mapping, long key) {
    super(pool.holders());
    this.pool = pool;
    this.region = region;
    this.mapping = mapping;
    this.key = key;
    this.offset = region.offset;
    this.length = region.length;
  }

  /**
   * Returns where the extent begins in the file, in bytes: a multiple of the alignment that was
   * asked for.
   */
  public long offset() {
    return offset;
  }

  /** Returns the length in bytes: the one that was asked for, rounded up to blocks of 4096. */
  public long length() {
    return length;
  }

  /** Returns the name that the extent was committed with; empty while it is not committed. */
  public String name() {
    Durable committed = durable;
    return committed == null ? "" : committed.name();
  }

  /** Returns whether the extent was committed, and so outlives the process. */
  public boolean isCommitted() {
    return durable != null;
  }

  /**
   * Returns the extent's memory for the processor, the same segment each time: storage itself on
   * DAX, the page cache elsewhere; both are flushed with {@code force()}. For I/O, and for anything
   * else that outlives the call, take a {@link #pin}. After {@link #free} the segment must not be
   * used: it may then show another extent's bytes, unless the pool checks that ({@link
   * PoolOptions#checked}).
   */
  public MemorySegment segment() {
    return memory();
  }

  @Override
  MemorySegment memory() {
    MemorySegment seen = view;
    if (seen == null) {
      seen = pool.view(this);
      view = seen;
    }
    return seen;
  }

  /**
   * Takes a lease with the pool's policy.
   *
   * @param name for reports; a constant, since the place where each name is first used is
   *     remembered, of the first 4096 names
   * @throws IllegalStateException if the extent is freed, or a free waits for its pins, or the pool
   *     is closed
   */
  public Pin pin(String name) {
    return pool.pin(this, name);
  }

  /**
   * Takes a lease with the pool's policy, or nothing if the extent is freed or the pool closed: for
   * whoever holds an extent that others may free, as a cache of pages does.
   */
  public Optional<Pin> tryPin(String name) {
    return pool.tryPin(this, name);
  }

  /**
   * Takes a lease that differs from the pool's.
   *
   * @throws IllegalStateException if the extent is freed or the pool closed
   */
  public Pin pin(PinOptions options) {
    return pool.pin(this, options);
  }

  /**
   * Makes the extent outlive the process, under a name; or gives a committed extent another name.
   * Names need not be unique. When this returns, neither {@code kill -9} nor a power cut undoes it.
   * It does not make the extent's bytes durable: call {@code segment().force()} before. It costs
   * one force of the file, which threads share that commit at the same time; use {@link
   * ExtentPool#changes} for several extents at once.
   *
   * @param name at most 255 bytes of UTF-8
   * @throws IllegalArgumentException if the name is longer, or has half a surrogate pair
   * @throws IllegalStateException if the extent is freed, the pool is closed, or the extent map
   *     could not be written before
   * @throws PoolFullException if the extent map has to grow and cannot
   * @throws IOException if the extent map cannot be written; after that nothing can be committed,
   *     and no committed extent freed, until the pool is closed and opened again
   */
  public void commit(String name) throws IOException {
    pool.commit(this, name);
  }

  /**
   * Gives the storage back to the pool. If the extent has pins, their policies decide when: if one
   * of them is WAIT, this call waits until all are closed; otherwise it returns, and closing the
   * last pin gives the storage back.
   *
   * <p>It costs some tens of nanoseconds if the extent was never pinned or committed. Otherwise it
   * takes the pool's lock, and looks at up to eight notes of each thread that has pinned in the
   * pool.
   *
   * <p>The free of a committed extent survives {@code kill -9} when this returns. It survives a
   * power cut after the next {@link #commit}, {@link Changes#apply} or {@link ExtentPool#sync};
   * until then the storage is not given out again.
   *
   * @throws IllegalStateException if the extent is freed already or the pool is closed; or if the
   *     extent is committed and the extent map could not be written before
   * @throws java.io.UncheckedIOException if the extent map cannot be written now, see {@link
   *     #commit}; a committed extent may be there again when the pool is opened next
   * @throws StillPinnedException if this waited in vain; the extent is not freed then
   */
  public void free() {
    pool.free(this);
  }

  /**
   * Does what {@link #free()} does, with another patience than the pool's.
   *
   * @param patience how long this waits for pins with the policy WAIT; with other policies, the
   *     time after which the pins that still hold the storage are reported
   * @throws IllegalArgumentException if the patience is negative
   */
  public void free(Duration patience) {
    PoolOptions.requirePatience(patience);
    pool.free(this, patience);
  }

  /**
   * Does what {@link #free()} does, but never waits, whatever the policy of the pins. The stage is
   * completed when no pin holds the storage any more. The storage of a committed extent is given
   * out again once the free is durable.
   *
   * @throws IllegalStateException if the extent is freed already or the pool closed
   */
  public CompletionStage<Void> freeAsync() {
    return pool.freeAsync(this);
  }

  /**
   * Returns the pins on the extent that are open now, as far as they are known; works after a free
   * as well.
   */
  public List<PinReport> openPins() {
    return pins();
  }

  /** Returns how many pins on the extent are open now. */
  public long pinCount() {
    return LeaseState.pins(word());
  }

  @Override
  long key() {
    return key;
  }

  /** Under the pool's lock: returns the arena for a view of its own. */
  Arena openView() {
    if (viewArena == null) {
      viewArena = Arena.ofShared();
    }
    return viewArena;
  }

  /** Under the pool's lock: ends the view of its own as soon as no call uses it. */
  void closeView() {
    Arena arena = viewArena;
    if (arena != null) {
      viewArena = null;
      Retry.untilDone(() -> closes(arena));
    }
  }

  private static boolean closes(Arena arena) {
    try {
      arena.close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  boolean isOf(Owner other) {
    return pool.equals(other);
  }

  Durable durable() {
    return durable;
  }

  void durable(Durable committed) {
    durable = committed;
  }

  Mapping mapping() {
    return mapping;
  }

  @Override
  Object lock() {
    return pool.lock();
  }

  @Override
  String describe() {
    return "extent %d+%d%s of %s"
        .formatted(offset, length, name().isEmpty() ? "" : " \"" + name() + "\"", pool);
  }

  @Override
  void reclaimed() {
    pool.reclaimed(this);
  }

  @Override
  void settled() {
    pool.settled(this);
  }

  @Override
  void afterSettle() {
    pool.afterSettle();
  }

  @Override
  public String toString() {
    return describe();
  }
}
