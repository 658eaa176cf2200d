package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.storage.DamagedFileException;
import io.pinaudit.allocator.storage.FreeMap;
import io.pinaudit.allocator.storage.FreeRuns;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.PoolImage;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

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
 * <p>After a crash, by {@code kill -9} or power cut, the pool has each extent whose {@link
 * Extent#commit} had returned and that was not freed. It has no extent that was not committed, and
 * none twice. An extent whose commit or free was under way is there or not. Frees and shrinks that
 * waited for pins are completed when the pool is opened next, since no pin outlives its process. A
 * device may go on writing for longer: wait for it before you open the pool.
 *
 * <p>One process at a time has a pool open. The file grows by allocations (see {@link
 * PoolOptions#growTo}) and shrinks by {@link #shrink}.
 */
public final class ExtentPool implements AutoCloseable {
  private static final long MOST_LENGTH_BYTES = Long.MAX_VALUE >>> 2;

  private final PoolWorks works;
  private final PoolExtents extents;
  private final PoolShrink shrink;

  // The parts of the works.
  private final Object lock;
  private final Space<Extent> space;
  private final ExtentMap map;
  private final FreedExtents freed;
  private final PoolLife life;

  private ExtentPool(PoolFile file, PoolImage image, PoolOptions options) throws IOException {
    PoolParts parts = new PoolParts(file, options, new Holders(options), new Object());
    this.works = new PoolWorks(parts, image, this::newExtent);
    this.extents = new PoolExtents(works);
    this.shrink = new PoolShrink(works);
    this.lock = works.lock();
    this.space = works.space;
    this.map = works.map;
    this.freed = works.freed;
    this.life = works.life;
    works.load(image);
    if (options.isMonitored()) {
      life.addUser(PoolMonitor.class, PoolMonitor.register(file.path(), this::numbers));
    }
  }

  private Extent newExtent(Region<Extent> region, long key) {
    return extents.make(region, key);
  }

  /**
   * Opens a pool, or creates it.
   *
   * @param path of its file; created if it does not exist and the options give a length
   *     <p>A new file can be read and written by its owner only (0600). One that is longer than its
   *     pool is cut to that, see {@link PoolOptions#onLongerFile}.
   * @throws CorruptPoolException if the file is something else or damaged; it is not touched then
   * @throws java.nio.file.NoSuchFileException if there is none, and the options give no length
   * @throws java.nio.file.AccessDeniedException if this process may not read and write it
   * @throws IOException if another process, or this one, has it open; if the file system has no
   *     room for a new pool; if the file cannot be read, mapped or, where it is longer, cut
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
      throw new CorruptPoolException(path + ": not an extent pool: it is not a regular file", null);
    }
    PoolFile file = PoolFile.open(path);
    try {
      return new ExtentPool(file, PoolImage.read(file, path.toString()), options);
    } catch (DamagedFileException e) {
      file.close();
      throw new CorruptPoolException(e.getMessage(), e);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Does what {@link #allocate(long, long)} does, aligned to blocks of 4096 bytes, as O_DIRECT
   * needs it.
   *
   * @param lengthBytes more than 0; rounded up to blocks of 4096
   * @throws IllegalArgumentException if it is not
   * @throws IllegalStateException if the pool is closed
   * @throws PoolFullException if there is no room
   */
  public Extent allocate(long lengthBytes) throws IOException {
    return allocate(lengthBytes, FreeMap.BLOCK_BYTES);
  }

  /**
   * Allocates storage that is contiguous in the file and in memory. Its bytes are zeros, or those
   * of an extent that had the storage before. It costs some tens of nanoseconds if the thread's
   * shard has storage of that length and the alignment is 4096. Otherwise it takes the pool's lock,
   * and the file may grow.
   *
   * @param lengthBytes more than 0; rounded up to blocks of 4096
   * @param alignmentBytes a power of two that the offset in the file is to be a multiple of, at
   *     least 4096; 2 MiB for huge DAX mappings, of which then the address is a multiple too
   * @throws PoolFullException if there is no room: the message says how broken up the free storage
   *     is, and who holds what was freed. While a shrink waits for pins the pool does not grow
   * @throws IllegalStateException if the pool is closed; or if there is no room before the log is
   *     flushed, and that has failed before, see {@link Extent#commit}
   * @throws IOException also if the file cannot grow as far as the pool may: the file system has no
   *     room, or the process no addresses. The file is as long as before then
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
    try {
      space.giveBlocks(extent.region);
    } catch (IOException e) {
      extent.free();
      throw e;
    }
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

  /** First makes freed storage available that only waits for the log, and then grows the file. */
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

  /**
   * Makes everything durable that was committed or freed before. Threads that call this at the same
   * time share one force.
   *
   * @throws IllegalStateException if the pool is closed
   * @throws IOException if the extent map cannot be written, see {@link Extent#commit}
   */
  public void sync() throws IOException {
    works.sync();
  }

  /**
   * Makes the file shorter. No extent may live beyond the new length. If extents there are freed
   * but pinned, their pins' policies decide: with WAIT this call waits for them, otherwise closing
   * the last pin cuts the file. On a DAX file system a truncate waits in the kernel for pins
   * anywhere in the file, so there the file is cut when nothing of the pool was pinned for a tenth
   * of a second. If the process crashes before, the file is cut when the pool is opened next.
   *
   * @param newLengthBytes a multiple of 4096, at most the present length
   * @return whether the file has been cut already
   * @throws IllegalArgumentException if the length is longer than the present one, shorter than 256
   *     KiB or no multiple of 4096
   * @throws IllegalStateException if an extent lives beyond the new length, or the pool is closed
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   * @throws PoolFullException if the extent map has to move and cannot
   * @throws IOException if the file cannot be cut. The pool is shorter nevertheless; the file is
   *     cut when the pool is opened next. A cut that was left to the last pin says so in the log
   */
  public boolean shrink(long newLengthBytes) throws IOException {
    return shrink.cutNow(newLengthBytes);
  }

  /**
   * Does what {@link #shrink} does, but waits for no pin, whatever its policy. The stage is
   * completed when the file has been cut; it fails with an {@link IOException} if that cannot be.
   */
  public CompletionStage<Void> shrinkAsync(long newLengthBytes) throws IOException {
    return shrink.cutLater(newLengthBytes);
  }

  /**
   * Returns a list of changes, still empty, for extents that are to be committed and freed at once.
   */
  public Changes changes() {
    return new Changes(extents);
  }

  /**
   * Returns the committed extents by offset: what an application finds again after a restart. The
   * list is a copy, made under the pool's lock: that takes some 30 ns for each extent.
   */
  public List<Extent> extents() {
    synchronized (lock) {
      life.requireOpen();
      return map.extents();
    }
  }

  /**
   * Returns the committed extent that begins at this offset in the file, in bytes. Takes the pool's
   * lock.
   */
  public Optional<Extent> extentAt(long offsetBytes) {
    synchronized (lock) {
      life.requireOpen();
      return map.extentAt(offsetBytes);
    }
  }

  /**
   * Registers the memory of the pool as fixed buffers of an io_uring. The kernel holds the pages of
   * the whole file from here on, until that is closed or the pool: so much memory is locked, and
   * counts for RLIMIT_MEMLOCK.
   *
   * @param ringFd what io_uring_setup(2) returned; it can be closed before this
   * @throws UnsupportedOperationException if the kernel does not hold memory of this kind for long:
   *     it refuses mapped files, on DAX or not, but for those of tmpfs
   * @throws IOException if it refuses for another reason: the ring has buffers already, or the
   *     process may not lock so much memory
   * @throws IllegalStateException if the pool is closed, or gives freed blocks back ({@link
   *     PoolOptions#releaseBlocks}), or is {@link PoolOptions#checked}: its extents do not stay at
   *     the pages that are registered
   */
  public RingBuffers registerBuffers(int ringFd) throws IOException {
    synchronized (lock) {
      life.requireOpen();
      return works.registerBuffers(ringFd);
    }
  }

  /**
   * Returns how broken up the free storage is. Takes the pool's lock and empties the shards, so it
   * is not for each allocation.
   */
  public Fragmentation fragmentation() {
    return locked(this::measure);
  }

  private Fragmentation measure() {
    FreeRuns free = space.freeRuns();
    return new Fragmentation(free.bytes(), free.runs(), free.largestBytes());
  }

  /** Returns the present numbers of the pool. Takes the pool's lock and empties the shards. */
  public PoolNumbers numbers() {
    return locked(
        () ->
            new PoolNumbers(
                space.limit(),
                measure(),
                deferredBytes(),
                map.size(),
                map.log().end(),
                map.log().capacity(),
                map.rewrites()));
  }

  /** Returns the length of the file in bytes, without what a shrink has yet to cut. */
  public long length() {
    return locked(space::limit);
  }

  /**
   * Returns how many bytes are freed but cannot be allocated yet: pins hold them, the free of a
   * committed extent is not durable yet, or blocks have yet to be given back to the file system.
   * Works after {@link #close} as well.
   */
  public long deferredBytes() {
    synchronized (lock) {
      return freed.bytes() + map.unflushedBytes() + space.blocks().bytes();
    }
  }

  /**
   * Returns the pins that are open now, as far as they are known. Works after {@link #close} as
   * well. Takes the pool's lock and looks at all extents.
   */
  public List<PinReport> pins() {
    synchronized (lock) {
      List<Extent> pinned = new ArrayList<>();
      space.forEachTenant(
          extent -> {
            if (LeaseState.pinned(extent.word())) {
              pinned.add(extent);
            }
          });
      return Lease.pinsOf(pinned);
    }
  }

  /**
   * Returns whether commits only flush cache lines (a DAX file mapped with MAP_SYNC), and need no
   * msync(2).
   */
  public boolean isSynchronous() {
    return locked(works.parts.file()::synchronous);
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
   * @throws java.io.UncheckedIOException if the extent map cannot be written at last: the pool is
   *     closed as by a crash, which keeps all that was committed
   */
  @Override
  public void close() {
    life.close();
  }

  /**
   * Does what {@link #close} does, but never waits, whatever the policy of the pins. The stage is
   * completed when the file is unmapped and closed; it then fails with an {@link IOException} if
   * the extent map could not be written at last.
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
    return works.parts.holders();
  }

  @Override
  public String toString() {
    return works.toString();
  }
}
