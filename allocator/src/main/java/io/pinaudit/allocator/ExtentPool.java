package io.pinaudit.allocator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Extents of one file, on a DAX or any other file system: nothing of it is given out again,
 * punched, truncated or unmapped while it is pinned. Safe for any thread.
 *
 * {@snippet :
 * try (ExtentPool pool = ExtentPool.open(Path.of("/mnt/dax/pool"), PoolOptions.ofLength(64 << 20))) {
 *   Extent extent = pool.allocate(1 << 20);
 *   try (Pin pin = extent.pin("load page");
 *       FileChannel disk = FileChannel.open(source, READ, ExtendedOpenOption.DIRECT)) {
 *     disk.read(pin.buffer(), 0); // the pin is held until the device is done
 *   }
 *   extent.segment().force(); // the contents are durable
 *   extent.commit("page 17"); // the extent is durable, and in pool.extents() from now on
 * }
 * }
 *
 * <p>What a crash leaves, by {@code kill -9} or power cut: each extent whose {@link Extent#commit}
 * had returned and that was not freed; no extent that was not committed; none twice. One whose
 * commit or free was under way is either there or not. Frees and shrinks that waited for pins are
 * completed when the pool is opened next, since no pin outlives the process... unless a device
 * still writes: then wait for it before opening.
 *
 * <p>One process at a time has a pool open. The file grows by allocations (see {@link
 * PoolOptions#growTo}) and shrinks by {@link #shrink}.
 */
public final class ExtentPool implements AutoCloseable {
  private static final long MOST_LENGTH_BYTES = Long.MAX_VALUE >>> 2;

  private final PoolFile file;
  private final PoolOptions options;
  private final Holders holders;

  /** See {@link PoolParts}. */
  private final Object lock = new Object();

  private final Extent.Owner owner = new ExtentOwner();
  private final Space space;
  private final ExtentMap map;
  private final FreedExtents freed;
  private final PoolLife life;

  private ExtentPool(PoolFile file, PoolImage image, PoolOptions options) throws IOException {
    this.file = file;
    this.options = options;
    this.holders = new Holders(options);
    PoolParts parts = new PoolParts(file, options, holders, lock);
    this.space = new Space(parts, new BlockOwner(), this::newExtent);
    this.map = new ExtentMap(parts, image, space);
    this.freed = new FreedExtents(parts, space, map);
    this.life = new PoolLife(parts, space, map);
    Shards shards = space.shards();
    map.begin(space.load(image, (region, durable) -> map.adopt(shards.make(region), durable)));
    space.releaseFreeBlocks();
  }

  /**
   * Opens a pool, or creates it.
   *
   * @param path of its file; created if it does not exist and the options give a length
   *     <p>A new file can be read and written by its owner only (0600). One that is longer than its
   *     pool is cut to that, with a warning in the log: a shrink or growth that a crash cut short
   *     leaves such a file, and so does somebody who appends to it.
   * @throws CorruptPoolException if the file is something else or damaged; it is not touched then
   * @throws java.nio.file.NoSuchFileException if there is none, and the options give no length
   * @throws java.nio.file.AccessDeniedException if this process may not read and write it
   * @throws IOException if another process, or this one, has it open
   */
  public static ExtentPool open(Path path, PoolOptions options) throws IOException {
    if (Files.notExists(path)) {
      if (options.lengthBytes() == 0) {
        throw new NoSuchFileException(
            path.toString(),
            null,
            "no pool is there, and PoolOptions.ofLength does not create one");
      }
      PoolFile.create(path, options.lengthBytes());
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new CorruptPoolException(path + ": not an extent pool: it is not a regular file");
    }
    PoolFile file = PoolFile.open(path);
    try {
      return new ExtentPool(file, PoolImage.read(file, path.toString()), options);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * As {@link #allocate(long, long)}, aligned to blocks of 4096 bytes, as O_DIRECT needs it.
   *
   * @throws PoolFullException if there is no room
   */
  public Extent allocate(long lengthBytes) throws IOException {
    return allocate(lengthBytes, FreeMap.BLOCK_BYTES);
  }

  /**
   * Allocates storage, contiguous in file and memory. Its bytes are those of whoever had it before,
   * or zeros.
   *
   * @param lengthBytes more than 0; rounded up to blocks of 4096
   * @param alignmentBytes a power of two that the offset in the file is to be a multiple of, at
   *     least 4096; 2 MiB for huge DAX mappings, of which then the address is a multiple too
   * @throws PoolFullException if there is no room: the message says how broken up the free storage
   *     is, and who holds what was freed. While a shrink waits for pins the pool does not grow
   * @throws IOException also if the file system has no room for what the pool may grow by
   */
  public Extent allocate(long lengthBytes, long alignmentBytes) throws IOException {
    if (lengthBytes <= 0 || lengthBytes > MOST_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "length " + lengthBytes + ", expected 1 to " + MOST_LENGTH_BYTES);
    }
    if (alignmentBytes < FreeMap.BLOCK_BYTES
        || Long.bitCount(alignmentBytes) != 1
        || alignmentBytes > 1L << 40) {
      throw new IllegalArgumentException(
          "alignment " + alignmentBytes + ", expected a power of two from 4096 on");
    }
    long length = FreeMap.alignUp(lengthBytes, FreeMap.BLOCK_BYTES);
    if (alignmentBytes == FreeMap.BLOCK_BYTES) {
      Extent extent = space.shards().allocate(length);
      if (extent != null) {
        return extent;
      }
    }
    Extent extent = allocateFromMap(length, alignmentBytes);
    if (extent == null) {
      extent = allocateSlowly(length, alignmentBytes);
    }
    space.giveBlocks(extent);
    return extent;
  }

  private Extent allocateFromMap(long length, long alignment) {
    synchronized (lock) {
      life.requireOpen();
      Region<Extent> region = space.allocate(length, alignment);
      if (region == null) {
        return null;
      }
      Extent extent = space.shards().make(region);
      if (alignment == FreeMap.BLOCK_BYTES) {
        space.shards().refill(length);
      }
      return extent;
    }
  }

  /** First makes freed storage available that only waits for the log, then grows the file. */
  private Extent allocateSlowly(long length, long alignment) throws IOException {
    sync();
    synchronized (lock) {
      life.requireOpen();
      Region<Extent> region = space.allocateUnpunched(length, alignment);
      if (region == null && map.grow(length + alignment - FreeMap.BLOCK_BYTES)) {
        region = space.allocate(length, alignment);
      }
      if (region == null) {
        throw new PoolFullException(space.fullMessage(length, alignment) + freed.message());
      }
      return space.shards().make(region);
    }
  }

  private Extent newExtent(Region<Extent> region, long key) {
    return new Extent(owner, region, file.current(), key);
  }

  /** Without the lock: what was put off until here because it may take long. */
  private void afterSettle() {
    try {
      space.blocks().attempt();
    } finally {
      life.finish();
    }
  }

  /**
   * Makes everything durable that was committed or freed before: one force for all threads that ask
   * at the same time.
   */
  public void sync() throws IOException {
    long sequence;
    synchronized (lock) {
      life.requireOpen();
      sequence = map.sequence();
    }
    map.flush(sequence);
    afterSettle();
  }

  /**
   * Makes the file shorter. Nothing may be allocated beyond the new length; what is freed but
   * pinned there is honoured by the pins' policy: the file is cut by the last unpin, or this waits.
   * On a DAX file system, where truncating waits in the kernel for pins anywhere in the file, it is
   * cut when nothing of the pool has been pinned for a tenth of a second. After a crash the file is
   * cut when it is opened.
   *
   * @param newLengthBytes a multiple of 4096, at most the present length
   * @return whether the file has been cut already
   * @throws IllegalStateException if an extent lives beyond the new length
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   * @throws PoolFullException if the extent map has to move and cannot
   */
  public boolean shrink(long newLengthBytes) throws IOException {
    shrink(newLengthBytes, true);
    space.blocks().finishIfUnpinned();
    return !space.blocks().isCutting();
  }

  /**
   * As {@link #shrink}, but waits for no pin, whatever its policy: the stage is complete when the
   * file has been cut.
   */
  public CompletionStage<Void> shrinkAsync(long newLengthBytes) throws IOException {
    return shrink(newLengthBytes, false);
  }

  private CompletionStage<Void> shrink(long newLengthBytes, boolean waits) throws IOException {
    if (newLengthBytes < PoolFile.LEAST_BYTES || newLengthBytes % FreeMap.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "length %d, expected a multiple of %d from %d on"
              .formatted(newLengthBytes, FreeMap.BLOCK_BYTES, PoolFile.LEAST_BYTES));
    }
    Completion end = new Completion();
    sync();
    synchronized (lock) {
      requireNotLonger(newLengthBytes);
      if (waits) {
        freed.awaitUnpinned(newLengthBytes, "shrink of " + this + " to " + newLengthBytes);
        // Again: while it waited the pool may have been closed, or made shorter still.
        requireNotLonger(newLengthBytes);
      }
      space.shards().stop();
      try {
        requireNoneLives(newLengthBytes);
        map.moveLogBelow(newLengthBytes);
        space.cut(newLengthBytes);
      } finally {
        space.shards().start();
      }
      map.logLength(newLengthBytes);
      space.blocks().cutLater(newLengthBytes, end);
      freed.from(newLengthBytes).forEach(e -> e.reportHoldersLater(options.patience()));
    }
    sync();
    return end.stage();
  }

  private void requireNotLonger(long newLengthBytes) {
    life.requireOpen();
    if (newLengthBytes > space.limit()) {
      throw new IllegalArgumentException(
          "length " + newLengthBytes + " is more than the present " + space.limit());
    }
  }

  private void requireNoneLives(long newLengthBytes) {
    space.forEachExtent(
        extent -> {
          if (extent.offset() + extent.length() > newLengthBytes && !extent.isFreed()) {
            throw new IllegalStateException(
                extent.describe() + " lives beyond the new length " + newLengthBytes);
          }
        });
  }

  /** What extents need of the pool. */
  private final class ExtentOwner implements Extent.Owner {
    @Override
    public Object lock() {
      return lock;
    }

    @Override
    public Holders holders() {
      return holders;
    }

    @Override
    public MemorySegment view(Extent extent) {
      return options.checks()
          ? mapAlone(extent)
          : extent.mapping().memory.asSlice(extent.offset(), extent.length());
    }

    @Override
    public Pin pin(Extent extent, String name) {
      return holders.plain(extent, name);
    }

    @Override
    public Pin pin(Extent extent, PinOptions how) {
      return holders.pin(extent, how.policy().orElse(holders.policy()), how, extent.memory());
    }

    @Override
    public Optional<Pin> tryPin(Extent extent, String name) {
      return Optional.ofNullable(holders.plainUnlessRefused(extent, name));
    }

    @Override
    public void commit(Extent extent, String name) throws IOException {
      LogRecord.requireName(name);
      long sequence;
      synchronized (lock) {
        life.requireOpen();
        requireNotFreed(extent);
        sequence = map.commit(extent, name);
      }
      map.flush(sequence);
    }

    @Override
    public void free(Extent extent) {
      free(extent, options.patience());
    }

    @Override
    public void free(Extent extent, Duration patience) {
      if (!options.checks() && extent.durable() == null && extent.reclaimUnpinned()) {
        if (!space.shards().free(extent)) {
          freeToMap(extent);
        }
        return;
      }
      synchronized (lock) {
        life.requireOpen();
        freed.free(extent, patience);
      }
      ExtentPool.this.afterSettle();
    }

    @Override
    public CompletionStage<Void> freeAsync(Extent extent) {
      CompletionStage<Void> stage;
      synchronized (lock) {
        life.requireOpen();
        stage = freed.freeAsync(extent, options.patience());
      }
      ExtentPool.this.afterSettle();
      return stage;
    }

    @Override
    public void reclaimed(Extent extent) {
      freed.reclaimed(extent);
    }

    @Override
    public void settled(Extent extent) {
      life.settled(extent);
    }

    @Override
    public void afterSettle() {
      ExtentPool.this.afterSettle();
    }

    @Override
    public String toString() {
      return ExtentPool.this.toString();
    }
  }

  /** Several extents that are to be committed and freed at once. */
  public Changes changes() {
    return new Changes(this::apply);
  }

  private void apply(Changes changes) throws IOException {
    Set<Extent> held = Set.of();
    long sequence;
    try {
      synchronized (lock) {
        requireLive(changes);
        held = changes.frees();
        freed.hold(held);
        sequence = changeHeld(changes);
      }
    } finally {
      FreedExtents.letGo(held);
    }
    map.flush(sequence);
    afterSettle();
  }

  /** What was held is kept if it fails. */
  private long changeHeld(Changes changes) throws IOException {
    boolean done = false;
    try {
      // Again: while it waited the pool may have been closed, or extents freed.
      life.requireOpen();
      changes.commits().keySet().forEach(ExtentPool::requireNotFreed);
      long sequence = map.change(changes.commits(), changes.frees());
      freed.freed(changes.frees());
      done = true;
      return sequence;
    } finally {
      if (!done) {
        freed.keep(changes.frees());
      }
    }
  }

  private void requireLive(Changes changes) {
    life.requireOpen();
    map.requireHealthy();
    Stream.concat(changes.commits().keySet().stream(), changes.frees().stream())
        .forEach(
            extent -> {
              if (!extent.isOf(owner)) {
                throw new IllegalArgumentException(extent.describe() + " is not of " + this);
              }
              requireNotFreed(extent);
              if (LeaseState.full(extent.word())) {
                throw new IllegalStateException(extent.describe() + " has too many pins");
              }
            });
  }

  /** A mapping of its own, which ends with the extent. */
  private MemorySegment mapAlone(Extent extent) {
    synchronized (lock) {
      life.requireOpen();
      if (extent.isFreed()) {
        throw new IllegalStateException(extent.describe() + " is freed");
      }
      try {
        return file.map(extent.offset(), extent.length(), extent.openView());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Its pins and its log were nobody's: it was reclaimed without the lock. */
  private void freeToMap(Extent extent) {
    synchronized (lock) {
      freed.reclaimed(extent);
      if (life.isOpen()) {
        space.shards().spill(extent.length());
      }
    }
    afterSettle();
  }

  private static void requireNotFreed(Extent extent) {
    if (!extent.keepForLock()) {
      throw new IllegalStateException(extent.describe() + " is freed");
    }
  }

  /** What giving blocks back needs of the pool. */
  private final class BlockOwner implements BlockReturn.Owner {
    @Override
    public boolean prepareCut() throws IOException {
      long sequence;
      synchronized (lock) {
        if (!mayCut()) {
          return false;
        }
        sequence = map.sequence();
      }
      map.flush(sequence);
      return true;
    }

    @Override
    public boolean mayCut() {
      return map.isUsable() && freed.from(space.blocks().cutTo()).findAny().isEmpty();
    }

    @Override
    public void afterSettle() {
      ExtentPool.this.afterSettle();
    }

    @Override
    public void finish() {
      life.finish();
    }

    @Override
    public String toString() {
      return ExtentPool.this.toString();
    }
  }

  /** The committed extents, by offset: what an application finds again after it was restarted. */
  public List<Extent> extents() {
    synchronized (lock) {
      life.requireOpen();
      return map.extents();
    }
  }

  /** The committed extent that begins at this offset. */
  public Optional<Extent> extentAt(long offsetBytes) {
    synchronized (lock) {
      life.requireOpen();
      return map.extentAt(offsetBytes);
    }
  }

  /** How broken up the free storage is. */
  public Fragmentation fragmentation() {
    return locked(space::fragmentation);
  }

  /** How the pool is doing. */
  public PoolNumbers numbers() {
    return locked(
        () ->
            new PoolNumbers(
                space.limit(),
                space.fragmentation(),
                deferredBytes(),
                map.size(),
                map.log().end(),
                map.log().capacity(),
                map.rewrites()));
  }

  /** How long the file is, not counting what a shrink has yet to cut. */
  public long length() {
    return locked(space::limit);
  }

  /**
   * How many bytes are freed, but cannot be allocated yet: pins hold them, or the log does not say
   * durably that a committed extent is freed, or they have yet to be punched. Also after {@link
   * #close}, which is done when it is 0 and {@link #pins} is empty.
   */
  public long deferredBytes() {
    synchronized (lock) {
      return freed.bytes() + map.unflushedBytes() + space.blocks().bytes();
    }
  }

  /** The pins that are open now, as far as known; also after {@link #close}. */
  public List<PinReport> pins() {
    synchronized (lock) {
      List<Extent> pinned = new ArrayList<>();
      space.forEachExtent(
          extent -> {
            if (LeaseState.pinned(extent.word())) {
              pinned.add(extent);
            }
          });
      return Lease.pinsOf(pinned);
    }
  }

  /**
   * Whether commits flush cache lines only (a DAX file mapped with MAP_SYNC), and need no msync(2).
   */
  public boolean isSynchronous() {
    return locked(file::synchronous);
  }

  private <T> T locked(Supplier<T> answer) {
    synchronized (lock) {
      life.requireOpen();
      return answer.get();
    }
  }

  /**
   * Closes the pool: from here on nothing can be allocated, pinned or freed. File and mapping are
   * let go when the last pin is: at once, or by whoever closes it; with a pin whose policy is WAIT
   * this waits for all. On a DAX file system it is a tenth of a second later, since the kernel may
   * hold the pages of a completed I/O for so long. Closing again does nothing.
   *
   * @throws StillPinnedException if it waited in vain; the pool is open then
   * @throws IllegalStateException if a call uses the memory of an extent without a pin: the pool is
   *     closed, and unmapped when the call is over; see {@link #awaitClosed}
   */
  @Override
  public void close() {
    life.close();
  }

  /**
   * As {@link #close}, but never waits, whatever the policy of the pins: the stage is complete when
   * file and mapping are let go.
   */
  public CompletionStage<Void> closeAsync() {
    return life.closeAsync();
  }

  /**
   * Waits until file and mapping are let go after a {@link #close}.
   *
   * @return false if they are not when so much time is over, or the thread is interrupted
   */
  public boolean awaitClosed(Duration patience) {
    return life.awaitClosed(patience);
  }

  Object lock() {
    return lock;
  }

  Holders holders() {
    return holders;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
