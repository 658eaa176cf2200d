package io.pinaudit.allocator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  private enum Phase {
    OPEN,
    CLOSING,
    CLOSED
  }

  /** A region whose free becomes durable with this sequence number. */
  private record Unflushed(long sequence, Region region) {}

  /** A log has to fit into a buffer when it is read. */
  private static final long MOST_LOG_BYTES = 1 << 30;

  private final PoolOptions options;
  private final PinPolicy policy;
  private final long pinUnit;
  private final Holders holders;
  private final CopyBuffers copies = new CopyBuffers();
  private final Medium medium;

  /** Held by one forcing thread at a time; taken before {@link #lock}, never after. */
  private final Object flushing = new Object();

  /** Guards all below, and the changes of leases that are not a pin or an unpin. */
  private final Object lock = new Object();

  private final PoolFile file;
  private final FreeMap map = new FreeMap();
  private final ExtentLog log;
  private Region logRegion;
  private Region spareRegion;

  /** The extents that the next log begins with, by offset. */
  private final NavigableMap<Long, Extent> committed = new TreeMap<>();

  private long committedBytes;
  private long nextId;

  /** Freed but pinned: the pinned-extent tree, by offset. */
  private final NavigableMap<Long, Extent> deferred = new TreeMap<>();

  /** Freed, unpinned, but the log does not say so durably yet. */
  private final Deque<Unflushed> unflushed = new ArrayDeque<>();

  private final BlockReturn blocks;

  private volatile Phase phase = Phase.OPEN;

  /** The extents that a close waits for. */
  private final Set<Extent> holdingClose = new HashSet<>();

  /** The extent map could not be written: what is in the file is not known any more. */
  private RuntimeException failure;

  private ExtentPool(PoolFile file, PoolImage image, PoolOptions options) throws IOException {
    this.file = file;
    this.options = options;
    this.policy = options.policy();
    this.pinUnit = policy.pinUnit;
    this.holders = options.holders();
    this.medium = options.wrap(file);
    this.log = new ExtentLog(medium, image.superblock().id(), image.superblock().generation());
    this.nextId = image.nextExtentId();
    this.blocks =
        new BlockReturn(
            new BlockOwner(), file, map, lock, holders.gate(), options.waitsForPins(file.isDax()));
    load(image);
  }

  /**
   * Opens a pool, or creates it.
   *
   * @param path of its file; created if it does not exist and the options give a length
   * @throws CorruptPoolException if the file is something else or damaged; it is not touched then
   * @throws IOException if another process, or this one, has it open
   */
  public static ExtentPool open(Path path, PoolOptions options) throws IOException {
    if (options.lengthBytes() > 0 && Files.notExists(path)) {
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

  /** Takes over what the file says, completes what a crash left undone, and begins a new log. */
  private void load(PoolImage image) throws IOException {
    if (file.length() > image.lengthBytes()) {
      file.truncate(image.lengthBytes());
    }
    file.map(image.lengthBytes());
    map.extendUsed(Superblock.HEADER_BYTES);
    Superblock superblock = image.superblock();
    Durable oldLog = new Durable(0, superblock.logOffset(), superblock.logLength(), "");
    List<Durable> used = new ArrayList<>(image.extents().values());
    used.add(oldLog);
    used.sort(Comparator.comparingLong(Durable::offset));
    for (Durable one : used) {
      if (one.offset() > map.limit()) {
        map.extend(one.offset());
      }
      Region region = map.extendUsed(one.end());
      if (one.equals(oldLog)) {
        spareRegion = region;
      } else {
        addCommitted(newExtent(region), one);
      }
    }
    if (image.lengthBytes() > map.limit()) {
      map.extend(image.lengthBytes());
    }
    logRegion = spareRegion;
    spareRegion = map.allocate(logRegion.length, FreeMap.BLOCK_BYTES);
    if (spareRegion == null) {
      throw new PoolFullException(
          file.path() + ": no room for a second log of " + logRegion.length + " bytes");
    }
    restartLog();
    if (options.releasesBlocks()) {
      List<Region> free = new ArrayList<>();
      map.forEachFree(free::add);
      for (Region region : free) {
        file.punch(region);
      }
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
   *     is, and who holds what was freed
   */
  public Extent allocate(long lengthBytes, long alignmentBytes) throws IOException {
    if (lengthBytes <= 0 || lengthBytes > Long.MAX_VALUE >>> 2) {
      throw new IllegalArgumentException("length " + lengthBytes + ", expected more than 0");
    }
    if (alignmentBytes < FreeMap.BLOCK_BYTES
        || Long.bitCount(alignmentBytes) != 1
        || alignmentBytes > 1L << 40) {
      throw new IllegalArgumentException(
          "alignment " + alignmentBytes + ", expected a power of two from 4096 on");
    }
    long length = FreeMap.alignUp(lengthBytes, FreeMap.BLOCK_BYTES);
    Extent extent;
    synchronized (lock) {
      requireOpen();
      Region region = map.allocate(length, alignmentBytes);
      extent = region == null ? null : newExtent(region);
    }
    if (extent == null) {
      extent = allocateSlowly(length, alignmentBytes);
    }
    if (options.releasesBlocks()) {
      giveBlocks(extent);
    }
    return extent;
  }

  /** First makes freed storage available that only waits for the log, then grows the file. */
  private Extent allocateSlowly(long length, long alignment) throws IOException {
    sync();
    synchronized (lock) {
      requireOpen();
      blocks.takeBack();
      Region region = map.allocate(length, alignment);
      if (region == null && grow(length + alignment - FreeMap.BLOCK_BYTES)) {
        region = map.allocate(length, alignment);
      }
      if (region == null) {
        throw new PoolFullException(fullMessage(length, alignment));
      }
      return newExtent(region);
    }
  }

  private Extent newExtent(Region region) {
    Mapping mapping = file.current();
    mapping.users++;
    Extent extent = new Extent(this, region, mapping);
    region.extent = extent;
    return extent;
  }

  private void giveBlocks(Extent extent) throws IOException {
    try {
      file.allocate(extent.region);
    } catch (IOException e) {
      extent.free();
      throw e;
    }
  }

  private String fullMessage(long length, long alignment) {
    Fragmentation free = map.fragmentation();
    StringBuilder text =
        new StringBuilder(
            "no free run of %d bytes aligned to %d in %s: %d bytes are free in %d runs, the largest of %d"
                .formatted(
                    length,
                    alignment,
                    this,
                    free.freeBytes(),
                    free.freeRuns(),
                    free.largestRunBytes()));
    if (!deferred.isEmpty()) {
      long bytes = deferred.values().stream().mapToLong(Extent::length).sum();
      text.append(
          "; %d bytes are freed but pinned by %s"
              .formatted(bytes, Lease.holdersOf(deferred.values())));
    }
    return text.toString();
  }

  /** Makes the file longer by at least so much, twofold if it may; false if it may not. */
  private boolean grow(long needBytes) throws IOException {
    long now = map.limit();
    long least = now + needBytes - map.freeAtEnd();
    long most = options.mostLengthBytes() / FreeMap.BLOCK_BYTES * FreeMap.BLOCK_BYTES;
    if (blocks.isCutting() || least > most) {
      return false;
    }
    long length = Math.min(most, Math.max(2 * now, least));
    file.extend(length);
    file.map(length);
    appendLength(length);
    map.extend(length);
    return true;
  }

  private void appendLength(long lengthBytes) {
    makeRoom(ExtentLog.MARGIN_BYTES);
    log.append(LogRecord.length(lengthBytes, log.durablePosition()));
  }

  Pin pin(Extent extent, String name) {
    if (policy == PinPolicy.COPY) {
      return pin(extent, PinOptions.named(name));
    }
    return holders.plain(extent, extent.key(), pinUnit, name);
  }

  Pin pin(Extent extent, PinOptions how) {
    PinPolicy mine = how.policy().orElse(policy);
    return holders.noted(
        extent, mine.pinUnit, how, extent.memory(), mine == PinPolicy.COPY ? copies : null);
  }

  void commit(Extent extent, String name) throws IOException {
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > LogRecord.MOST_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name of " + nameBytes + " bytes, expected at most " + LogRecord.MOST_NAME_BYTES);
    }
    long sequence;
    synchronized (lock) {
      requireOpen();
      if (LeaseState.freed(extent.word())) {
        throw new IllegalStateException(extent.describe() + " is freed");
      }
      makeRoomToCommit(LogRecord.sizeBytes(name));
      Durable old = extent.durable();
      Durable durable =
          new Durable(old == null ? nextId++ : old.id(), extent.offset(), extent.length(), name);
      sequence = log.append(LogRecord.commit(durable, log.durablePosition()));
      if (old != null) {
        removeCommitted(extent);
      }
      addCommitted(extent, durable);
    }
    flush(sequence);
  }

  private void addCommitted(Extent extent, Durable durable) {
    extent.durable(durable);
    committed.put(extent.offset(), extent);
    committedBytes += LogRecord.sizeBytes(durable.name());
  }

  private void removeCommitted(Extent extent) {
    committed.remove(extent.offset());
    committedBytes -= LogRecord.sizeBytes(extent.durable().name());
  }

  /**
   * A log of which a copy of all extents fills no more than half can take the free of each of them
   * after a restart: so a free always finds room.
   */
  private void makeRoomToCommit(long bytes) throws IOException {
    if (2 * (committedBytes + bytes) + ExtentLog.MARGIN_BYTES > log.capacity()) {
      lengthenLog(2 * log.capacity());
    }
    makeRoom(bytes + ExtentLog.MARGIN_BYTES);
  }

  private void makeRoom(long bytes) {
    if (!log.hasRoom(bytes)) {
      restartLog();
    }
  }

  private void lengthenLog(long lengthBytes) throws IOException {
    if (lengthBytes > MOST_LOG_BYTES) {
      throw new PoolFullException(
          committed.size() + " extents are all that the extent map of " + this + " can hold");
    }
    moveLog(
        allocateForLog(lengthBytes),
        allocateForLog(lengthBytes),
        "no room for an extent map of twice " + lengthBytes + " bytes in " + this);
  }

  private Region allocateForLog(long lengthBytes) throws IOException {
    Region region = map.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    if (region == null) {
      blocks.takeBack();
      region = map.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    if (region == null && grow(lengthBytes)) {
      region = map.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    return region;
  }

  private void moveLog(Region log, Region spare, String refusal) throws IOException {
    if (log == null || spare == null) {
      freeIfAny(log);
      freeIfAny(spare);
      throw new PoolFullException(refusal);
    }
    Region oldLog = logRegion;
    Region oldSpare = spareRegion;
    spareRegion = log;
    restartLog();
    map.free(oldLog);
    map.free(oldSpare);
    spareRegion = spare;
  }

  private void freeIfAny(Region region) {
    if (region != null) {
      map.free(region);
    }
  }

  /** Begins a new log in the spare region; then the old one is spare. */
  private void restartLog() {
    requireHealthy();
    try {
      log.restart(spareRegion, lengthOfFile(), nextId, committed.values());
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    Region old = logRegion;
    logRegion = spareRegion;
    spareRegion = old;
  }

  private long lengthOfFile() {
    return map.limit();
  }

  void free(Extent extent, Duration patience) {
    synchronized (lock) {
      requireOpen();
      long before = extent.change(LeaseState::free);
      if (LeaseState.freed(before)) {
        throw new IllegalStateException(extent.describe() + " is freed already");
      }
      if (!LeaseState.held(before)) {
        reclaimed(extent);
      } else if (options.ignoresPins()) {
        extent.change(word -> word | LeaseState.RECLAIMED);
        reclaimed(extent);
      } else if (LeaseState.waitedFor(before)) {
        deferred.put(extent.offset(), extent);
        awaitReclaim(extent, patience);
      } else {
        deferred.put(extent.offset(), extent);
        logFree(extent);
        holders.reportHoldersLater(extent, patience);
      }
    }
    afterSettle();
  }

  private void awaitReclaim(Extent extent, Duration patience) {
    if (!Lease.await(lock, () -> LeaseState.reclaimed(extent.word()), patience)
        && !LeaseState.reclaimed(extent.change(LeaseState::cancel))) {
      deferred.remove(extent.offset());
      throw Lease.stillPinned("free of " + extent.describe(), patience, List.of(extent));
    }
  }

  /** Under the lock: the last pin of a freed extent has gone, or there was none. */
  void reclaimed(Extent extent) {
    if (!deferred.isEmpty()) {
      deferred.remove(extent.offset(), extent);
    }
    file.release(extent.mapping());
    if (extent.durable() != null) {
      logFree(extent);
      unflushed.add(new Unflushed(log.sequence(), extent.region));
      return;
    }
    giveBack(extent.region);
  }

  private void logFree(Extent extent) {
    if (extent.durable() != null && !extent.freeLogged) {
      extent.freeLogged = true;
      // First the room: if the log begins anew for it, the extent has to be in it to be freed.
      makeRoom(LogRecord.FIXED_BYTES);
      removeCommitted(extent);
      log.append(LogRecord.free(extent.durable(), log.durablePosition()));
    }
  }

  private void giveBack(Region region) {
    if (options.releasesBlocks()) {
      blocks.punchLater(region);
    } else {
      map.free(region);
    }
  }

  /** Under the lock: a close may have waited for this. */
  void settled(Extent extent) {
    long word = extent.word();
    if (phase != Phase.OPEN && !LeaseState.holdsClose(word) && LeaseState.settle(word) == word) {
      holdingClose.remove(extent);
    }
  }

  /** Without the lock: what was put off until here because it may take long. */
  void afterSettle() {
    blocks.attempt();
    if (phase != Phase.OPEN) {
      finishClose();
    }
  }

  /**
   * Makes everything durable that was committed or freed before: one force for all threads that ask
   * at the same time.
   */
  public void sync() throws IOException {
    long sequence;
    synchronized (lock) {
      requireOpen();
      sequence = log.sequence();
    }
    flush(sequence);
    afterSettle();
  }

  private void flush(long sequence) throws IOException {
    synchronized (flushing) {
      ExtentLog.Unforced part;
      synchronized (lock) {
        if (phase == Phase.CLOSED) {
          return;
        }
        requireHealthy();
        settleFlushed();
        if (log.durable() >= sequence) {
          return;
        }
        part = log.unforced();
        file.beginFlush();
      }
      RuntimeException failed = null;
      try {
        medium.force(part.offset(), part.length());
      } catch (RuntimeException e) {
        failed = e;
      }
      synchronized (lock) {
        file.endFlush();
        if (failed != null) {
          failure = failed;
          throw new IOException("the extent map of " + this + " cannot be written", failed);
        }
        log.forced(part);
        settleFlushed();
      }
    }
  }

  /** Storage whose free is durable may be given out again. */
  private void settleFlushed() {
    while (!unflushed.isEmpty() && unflushed.peek().sequence() <= log.durable()) {
      giveBack(unflushed.poll().region());
    }
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
    if (newLengthBytes < PoolFile.LEAST_BYTES || newLengthBytes % FreeMap.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "length %d, expected a multiple of %d from %d on"
              .formatted(newLengthBytes, FreeMap.BLOCK_BYTES, PoolFile.LEAST_BYTES));
    }
    sync();
    synchronized (lock) {
      requireOpen();
      if (newLengthBytes > map.limit()) {
        throw new IllegalArgumentException(
            "length " + newLengthBytes + " is more than the present " + map.limit());
      }
      boolean drained =
          Lease.await(
              lock,
              () -> tailFrom(newLengthBytes).noneMatch(e -> LeaseState.waitedFor(e.word())),
              options.patience());
      if (!drained) {
        throw Lease.stillPinned(
            "shrink of " + this + " to " + newLengthBytes,
            options.patience(),
            tailFrom(newLengthBytes).toList());
      }
      requireNoneLives(newLengthBytes);
      moveLogBelow(newLengthBytes);
      map.cut(newLengthBytes);
      appendLength(newLengthBytes);
      blocks.cutLater(newLengthBytes);
      tailFrom(newLengthBytes).forEach(e -> holders.reportHoldersLater(e, options.patience()));
    }
    sync();
    blocks.finishIfUnpinned();
    return !blocks.isCutting();
  }

  private Stream<Extent> tailFrom(long offset) {
    return deferred.values().stream().filter(e -> e.offset() + e.length() > offset);
  }

  private void requireNoneLives(long newLengthBytes) {
    map.forEachUsed(
        region -> {
          if (region.end() > newLengthBytes
              && region.extent != null
              && !LeaseState.freed(region.extent.word())) {
            throw new IllegalStateException(
                region.extent.describe() + " lives beyond the new length " + newLengthBytes);
          }
        });
  }

  private void moveLogBelow(long bound) throws IOException {
    if (logRegion.end() > bound || spareRegion.end() > bound) {
      blocks.takeBack();
      long length = logRegion.length;
      moveLog(
          map.allocateBelow(bound, length),
          map.allocateBelow(bound, length),
          "no room below %d for the extent map of %s".formatted(bound, this));
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
        sequence = log.sequence();
      }
      flush(sequence);
      return true;
    }

    @Override
    public boolean mayCut() {
      return phase != Phase.CLOSED
          && failure == null
          && tailFrom(blocks.cutTo()).findAny().isEmpty();
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

  /** The committed extents, by offset: what an application finds again after it was restarted. */
  public List<Extent> extents() {
    synchronized (lock) {
      requireOpen();
      return List.copyOf(committed.values());
    }
  }

  /** The committed extent that begins at this offset. */
  public Optional<Extent> extentAt(long offsetBytes) {
    synchronized (lock) {
      requireOpen();
      return Optional.ofNullable(committed.get(offsetBytes));
    }
  }

  /** How broken up the free storage is. */
  public Fragmentation fragmentation() {
    return locked(map::fragmentation);
  }

  /** How long the file is, not counting what a shrink has yet to cut. */
  public long length() {
    return locked(map::limit);
  }

  /** How many bytes are freed but pinned. */
  public long deferredBytes() {
    return locked(() -> deferred.values().stream().mapToLong(Extent::length).sum());
  }

  /** The pins that are open now, as far as known. */
  public List<PinReport> pins() {
    return locked(
        () -> {
          List<Extent> pinned = new ArrayList<>();
          map.forEachUsed(
              region -> {
                if (region.extent != null && LeaseState.pinned(region.extent.word())) {
                  pinned.add(region.extent);
                }
              });
          return Lease.pinsOf(pinned);
        });
  }

  /**
   * Whether commits flush cache lines only (a DAX file mapped with MAP_SYNC), and need no msync(2).
   */
  public boolean isSynchronous() {
    return locked(file::synchronous);
  }

  private <T> T locked(Supplier<T> answer) {
    synchronized (lock) {
      requireOpen();
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
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (phase != Phase.OPEN) {
        return;
      }
      phase = Phase.CLOSING;
      boolean waits = closeExtents();
      if (waits && !Lease.await(lock, holdingClose::isEmpty, options.patience())) {
        List<Extent> held = List.copyOf(holdingClose);
        reopenExtents();
        throw Lease.stillPinned("close of " + this, options.patience(), held);
      }
      holdingClose.forEach(e -> holders.reportHoldersLater(e, options.patience()));
    }
    blocks.finishIfUnpinned();
    finishClose();
  }

  private boolean closeExtents() {
    boolean[] waits = {false};
    map.forEachUsed(
        region -> {
          if (region.extent != null) {
            long before = region.extent.change(LeaseState::close);
            if (LeaseState.holdsClose(before) && !options.ignoresPins()) {
              holdingClose.add(region.extent);
              waits[0] |= LeaseState.waitedFor(before);
            }
          }
        });
    return waits[0];
  }

  private void reopenExtents() {
    holdingClose.clear();
    map.forEachUsed(
        region -> {
          if (region.extent != null) {
            region.extent.change(LeaseState::reopen);
          }
        });
    phase = Phase.OPEN;
  }

  private void finishClose() {
    if (!isHeldOpen()) {
      blocks.finish(this::closeFile);
    }
  }

  private boolean isHeldOpen() {
    synchronized (lock) {
      return phase != Phase.CLOSING || !holdingClose.isEmpty();
    }
  }

  private void closeFile() {
    synchronized (flushing) {
      synchronized (lock) {
        if (isHeldOpen()) {
          return;
        }
        try (file) {
          if (failure == null) {
            log.close(lengthOfFile(), nextId);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } finally {
          phase = Phase.CLOSED;
          lock.notifyAll();
        }
      }
    }
  }

  Object lock() {
    return lock;
  }

  Holders holders() {
    return holders;
  }

  Duration patience() {
    return options.patience();
  }

  private void requireOpen() {
    if (phase != Phase.OPEN) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private void requireHealthy() {
    if (failure != null) {
      throw new IllegalStateException(
          "the extent map of " + this + " could not be written before; close and reopen", failure);
    }
  }

  @Override
  public String toString() {
    return "pool \"" + file.path() + "\"";
  }
}
