package io.pinaudit.allocator;

import io.pinaudit.allocator.event.LogRewriteEvent;
import io.pinaudit.allocator.storage.Durable;
import io.pinaudit.allocator.storage.ExtentLog;
import io.pinaudit.allocator.storage.FreeMap;
import io.pinaudit.allocator.storage.LogRecord;
import io.pinaudit.allocator.storage.Medium;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.PoolImage;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The committed extents of a pool, in memory and in the file: what is appended to the log, where
 * the log is, and when what it says is durable.
 *
 * <p>Guarded by the pool's lock, but for {@link #flush}, which takes it.
 */
final class ExtentMap {
  /** A region whose free becomes durable with this sequence number. */
  private record Unflushed(long sequence, Region<Extent> region) {}

  private interface Allocation {
    /** Null if there is no room. */
    Region<Extent> next() throws IOException;
  }

  /** A log has to fit into a buffer when it is read. */
  private static final long MOST_LOG_BYTES = 1 << 30;

  private final PoolFile file;
  private final Space<Extent> space;
  private final Medium medium;

  /** The pool's: guards all below. */
  private final Object lock;

  /** Held by one forcing thread at a time; taken before {@link #lock}, never after. */
  private final Object flushing = new Object();

  private final ExtentLog log;
  private Region<Extent> logRegion;
  private Region<Extent> spareRegion;

  /** The extents that the next log begins with, by block: consecutive numbers hash best. */
  private final Map<Long, Extent> committed = new HashMap<>();

  private long committedBytes;
  private long nextId;

  /** Freed, unpinned, but the log does not say so durably yet. */
  private final Deque<Unflushed> unflushed = new ArrayDeque<>();

  /**
   * It could not be written: what is in the file is not known any more. An InternalError too: a
   * write to memory that the file system has no block for.
   */
  private Throwable failure;

  private long rewrites;
  private boolean closed;

  ExtentMap(PoolParts parts, PoolImage image, Space<Extent> space) {
    this.file = parts.file();
    this.space = space;
    this.medium = parts.options().wrap(file);
    this.lock = parts.lock();
    this.log = new ExtentLog(medium, image.superblock().id(), image.superblock().generation());
    this.nextId = image.nextExtentId();
  }

  /** Adds an extent that the file has. */
  void adopt(Extent extent, Durable durable) {
    extent.durable(durable);
    committed.put(block(extent.offset()), extent);
    committedBytes += LogRecord.sizeBytes(durable.name());
  }

  /** Begins a new log beside the one that was read. */
  void begin(Region<Extent> oldLog) throws IOException {
    logRegion = oldLog;
    spareRegion = space.forLog(space.allocate(oldLog.length, FreeMap.BLOCK_BYTES));
    if (spareRegion == null) {
      throw new PoolFullException(
          file.path() + ": no room for a second log of " + oldLog.length + " bytes");
    }
    restartLog();
  }

  /** Returns the sequence number that makes it durable. */
  long commit(Extent extent, String name) throws IOException {
    return change(Map.of(extent, name), Set.of());
  }

  /**
   * Commits and frees, all or nothing; what is freed and was never committed is left out. Returns
   * the sequence number that makes it durable.
   */
  long change(Map<Extent, String> commits, Set<Extent> frees) throws IOException {
    requireHealthy();
    List<Extent> freed = frees.stream().filter(extent -> extent.durable() != null).toList();
    long bytes = commits.values().stream().mapToLong(LogRecord::sizeBytes).sum();
    makeRoomToCommit(bytes, bytes + (long) freed.size() * LogRecord.FIXED_BYTES);
    List<LogRecord> records = new ArrayList<>();
    Map<Extent, Durable> durables = new LinkedHashMap<>();
    commits.forEach(
        (extent, name) -> {
          Durable old = extent.durable();
          long id = old == null ? nextId++ : old.id();
          durables.put(extent, new Durable(id, extent.offset(), extent.length(), name));
        });
    durables.values().forEach(one -> records.add(LogRecord.commit(one, log.durablePosition())));
    freed.forEach(one -> records.add(LogRecord.free(one.durable(), log.durablePosition())));
    appendTogether(records);
    durables.forEach(this::renew);
    freed.forEach(this::forgetFreed);
    return log.sequence();
  }

  private void appendTogether(List<LogRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      LogRecord record = records.get(i);
      append(i < records.size() - 1 ? record.withMore() : record);
    }
  }

  private void renew(Extent extent, Durable durable) {
    if (extent.durable() != null) {
      forget(extent);
    }
    adopt(extent, durable);
  }

  private void forgetFreed(Extent extent) {
    extent.freeLogged = true;
    forget(extent);
  }

  private static long block(long offset) {
    return offset >>> FreeMap.BLOCK_SHIFT;
  }

  private void forget(Extent extent) {
    committed.remove(block(extent.offset()));
    committedBytes -= LogRecord.sizeBytes(extent.durable().name());
  }

  /**
   * Says in the log that a committed extent is freed, unless it does already, or cannot: then the
   * storage is not given out again.
   */
  void logFree(Extent extent) {
    if (extent.durable() != null && !extent.freeLogged && failure == null) {
      extent.freeLogged = true;
      // First the room: if the log begins anew for it, the extent has to be in it to be freed.
      makeRoom(LogRecord.FIXED_BYTES);
      forget(extent);
      append(LogRecord.free(extent.durable(), log.durablePosition()));
    }
  }

  /** Gives storage back as soon as the log says durably what it says now, if it does. */
  void giveBackWhenDurable(Region<Extent> region) {
    if (failure == null) {
      unflushed.add(new Unflushed(log.sequence(), region));
    }
  }

  /** Says in the log how long the file is. */
  void logLength(long lengthBytes) {
    makeRoom(ExtentLog.MARGIN_BYTES);
    append(LogRecord.length(lengthBytes, log.durablePosition()));
  }

  private long append(LogRecord record) {
    requireHealthy();
    try {
      return log.append(record);
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  /** Makes the file longer by at least so much; false if it may not be. */
  boolean grow(long needBytes) throws IOException {
    OptionalLong length = space.lengthen(needBytes);
    if (length.isEmpty()) {
      return false;
    }
    logLength(length.getAsLong());
    space.extend(length.getAsLong());
    return true;
  }

  /**
   * A log of which a copy of all extents fills no more than half can take the free of each of them
   * after a restart: so a free always finds room.
   */
  private void makeRoomToCommit(long bytes, long allBytes) throws IOException {
    long capacity = log.capacity();
    while (2 * (committedBytes + bytes) + ExtentLog.MARGIN_BYTES > capacity) {
      capacity *= 2;
    }
    if (capacity > log.capacity()) {
      lengthenLog(capacity);
    }
    makeRoom(allBytes + ExtentLog.MARGIN_BYTES);
  }

  private void makeRoom(long bytes) {
    if (!log.hasRoom(bytes)) {
      restartLog();
    }
  }

  private void lengthenLog(long lengthBytes) throws IOException {
    if (lengthBytes > MOST_LOG_BYTES) {
      throw new PoolFullException(
          committed.size() + " extents are all that the extent map of " + file + " can hold");
    }
    moveLog(
        () -> allocateForLog(lengthBytes),
        "no room for an extent map of twice " + lengthBytes + " bytes in " + file);
  }

  private Region<Extent> allocateForLog(long lengthBytes) throws IOException {
    Region<Extent> region = space.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    if (region == null) {
      region = space.allocateUnpunched(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    if (region == null && grow(lengthBytes)) {
      region = space.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    return space.forLog(region);
  }

  /** Moves both logs below a bound, if they are not. */
  void moveLogBelow(long boundBytes) throws IOException {
    if (logRegion.end() > boundBytes || spareRegion.end() > boundBytes) {
      long length = logRegion.length;
      moveLog(
          () -> space.forLog(space.allocateBelow(boundBytes, length)),
          "no room below %d for the extent map of %s".formatted(boundBytes, file));
    }
  }

  private void moveLog(Allocation allocation, String refusal) throws IOException {
    Region<Extent> log = allocation.next();
    Region<Extent> spare = log == null ? null : allocateSpare(log, allocation);
    if (spare == null) {
      throw new PoolFullException(refusal);
    }
    Region<Extent> oldLog = logRegion;
    Region<Extent> oldSpare = spareRegion;
    spareRegion = log;
    restartLog();
    space.free(oldLog);
    space.free(oldSpare);
    spareRegion = spare;
  }

  /** If there is no spare the log is not to be had either. */
  private Region<Extent> allocateSpare(Region<Extent> log, Allocation allocation)
      throws IOException {
    Region<Extent> spare = null;
    try {
      spare = allocation.next();
    } finally {
      if (spare == null) {
        space.free(log);
      }
    }
    return spare;
  }

  /** Begins a new log in the spare region; then the old one is spare. */
  private void restartLog() {
    requireHealthy();
    LogRewriteEvent event = new LogRewriteEvent();
    event.begin();
    try {
      log.restart(
          spareRegion, space.limit(), nextId, committed.values().stream().map(Extent::durable));
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    Region<Extent> old = logRegion;
    logRegion = spareRegion;
    spareRegion = old;
    rewrites++;
    event.pool = file.toString();
    event.extents = committed.size();
    event.bytes = committedBytes;
    event.commit();
  }

  /** What has to be durable for all that was committed and freed before to be so. */
  long sequence() {
    return log.sequence();
  }

  /**
   * Without the lock: returns when all up to this sequence number is durable; one force for all
   * threads that wait meanwhile.
   */
  void flush(long sequence) throws IOException {
    synchronized (flushing) {
      ExtentLog.Unforced part;
      synchronized (lock) {
        if (closed) {
          return;
        }
        requireHealthy();
        giveBackDurable();
        if (log.durable() >= sequence) {
          return;
        }
        part = log.unforced();
        file.beginFlush();
      }
      Throwable failed = force(part);
      synchronized (lock) {
        file.endFlush();
        if (failed != null) {
          failure = failed;
          throw new IOException("the extent map of " + file + " cannot be written", failed);
        }
        log.forced(part);
        giveBackDurable();
      }
    }
  }

  /** Returns what went wrong, or null. */
  private Throwable force(ExtentLog.Unforced part) {
    try {
      medium.force(part.offset(), part.length());
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** Storage whose free is durable may be given out again. */
  private void giveBackDurable() {
    while (!unflushed.isEmpty() && unflushed.peek().sequence() <= log.durable()) {
      space.giveBack(unflushed.poll().region());
    }
  }

  /** Whether the file can still be changed by it. */
  boolean isUsable() {
    return !closed && failure == null;
  }

  /** Throws if nothing can be committed or freed any more. */
  void requireHealthy() {
    if (failure != null) {
      throw new IllegalStateException(
          "the extent map of " + file + " could not be written before; close and reopen", failure);
    }
  }

  /**
   * What {@link #finish} needs besides the lock, to be taken before it: nobody forces meanwhile.
   */
  Object flushing() {
    return flushing;
  }

  /** Says in the log that it is whole; nothing is written any more. */
  void finish() {
    if (!closed) {
      closed = true;
      if (failure == null) {
        log.close(space.limit(), nextId);
      }
    }
  }

  /** How much is freed, but cannot be given out before the log says so durably. */
  long unflushedBytes() {
    return closed ? 0 : unflushed.stream().mapToLong(one -> one.region.length).sum();
  }

  long size() {
    return committed.size();
  }

  ExtentLog log() {
    return log;
  }

  long rewrites() {
    return rewrites;
  }

  List<Extent> extents() {
    return committed.values().stream().sorted(Comparator.comparingLong(Extent::offset)).toList();
  }

  Optional<Extent> extentAt(long offsetBytes) {
    return Optional.ofNullable(committed.get(block(offsetBytes)))
        .filter(extent -> extent.offset() == offsetBytes);
  }
}
