package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.Committed;
import io.pinaudit.allocator.storage.Durable;
import io.pinaudit.allocator.storage.ExtentLog;
import io.pinaudit.allocator.storage.LogRecord;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.PoolImage;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The committed extents of a pool, in memory and in the file: what the log says of them, and when
 * that is durable.
 *
 * <p>The pool's lock guards it, except for {@link #flush}, {@link #pause} and {@link #moveBelow},
 * which take the lock.
 */
final class ExtentMap {
  /** A region that is free once this sequence number is durable. */
  private record Unflushed(long sequence, Region<Extent> region) {}

  private static final long NEVER = Long.MAX_VALUE;

  private final PoolFile file;
  private final Space<Extent> space;

  /** The pool's lock, which guards all fields below. */
  private final Object lock;

  /** Held by one forcing thread at a time; taken before {@link #lock}, never after. */
  private final Object flushing = new Object();

  private final Committed<Extent> committed;
  private final ExtentLogs logs;

  /** Freed and unpinned regions whose free is not durable in the log yet. */
  private final Deque<Unflushed> unflushed = new ArrayDeque<>();

  private boolean closed;

  ExtentMap(PoolParts parts, PoolImage image, Space<Extent> space) {
    this.file = parts.file();
    this.space = space;
    this.lock = parts.lock();
    this.committed = new Committed<>(image.nextExtentId(), Extent::durable);
    this.logs = new ExtentLogs(parts, image, space, committed);
  }

  /** Adds an extent that the file has. */
  void adopt(Extent extent, Durable durable) {
    extent.durable(durable);
    committed.add(extent);
  }

  /** Takes over the log that was read, when all extents are adopted. */
  void begin(PoolImage image, Region<Extent> log) throws IOException {
    logs.begin(image, log);
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
    try {
      return write(commits, frees);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private long write(Map<Extent, String> commits, Set<Extent> frees) throws IOException {
    List<Extent> freed = frees.stream().filter(extent -> extent.durable() != null).toList();
    long bytes = commits.values().stream().mapToLong(LogRecord::sizeBytes).sum();
    long allBytes = bytes + (long) freed.size() * LogRecord.FIXED_BYTES;
    logs.makeRoomToCommit(bytes, allBytes);
    List<LogRecord> records = new ArrayList<>();
    Map<Extent, Durable> durables = new LinkedHashMap<>();
    commits.forEach(
        (extent, name) -> {
          Durable old = extent.durable();
          long id = old == null ? committed.newId() : old.id();
          durables.put(extent, new Durable(id, extent.offset(), extent.length(), name));
        });
    durables.values().forEach(one -> records.add(LogRecord.commit(one, 0)));
    freed.forEach(one -> records.add(LogRecord.free(one.durable(), 0)));
    logs.append(records);
    durables.forEach(this::renew);
    freed.forEach(this::forgetFreed);
    logs.help(allBytes);
    return logs.sequence();
  }

  private void renew(Extent extent, Durable durable) {
    if (extent.durable() != null) {
      logs.remove(extent);
    }
    extent.durable(durable);
    logs.add(extent);
  }

  private void forgetFreed(Extent extent) {
    extent.freeLogged = true;
    logs.remove(extent);
  }

  /**
   * Says in the log that a committed extent is freed, unless it does already, or cannot: then the
   * storage is not given out again.
   */
  void logFree(Extent extent) {
    if (extent.durable() != null && !extent.freeLogged && logs.isHealthy()) {
      extent.freeLogged = true;
      // The room is made first: if the log begins anew for it, the extent has to be in it to be
      // freed.
      logs.makeRoom(LogRecord.FIXED_BYTES);
      logs.remove(extent);
      logs.append(List.of(LogRecord.free(extent.durable(), 0)));
      logs.help(LogRecord.FIXED_BYTES);
    }
  }

  /** Gives storage back as soon as the log says durably what it says now, if it ever does. */
  void giveBackWhenDurable(Region<Extent> region) {
    unflushed.add(new Unflushed(logs.isHealthy() ? logs.sequence() : NEVER, region));
  }

  /** Says in the log how long the file is. */
  void logLength(long lengthBytes) {
    logs.logLength(lengthBytes);
  }

  /** Makes the file longer by at least so much; false if it may not be. */
  boolean grow(long needBytes) throws IOException {
    return logs.grow(needBytes);
  }

  /** Without the lock: moves the log below a bound if there is room; nobody waits for that. */
  void moveBelow(long boundBytes) {
    logs.moveBelow(boundBytes);
  }

  /** Moves the log below a bound, if it is not. */
  void moveNowBelow(long boundBytes) throws IOException {
    logs.moveNowBelow(boundBytes);
  }

  /**
   * Returns the sequence number that has to be durable for all commits and frees before to be
   * durable.
   */
  long sequence() {
    return logs.sequence();
  }

  /**
   * Without the lock: returns when all up to this sequence number is durable. One force serves all
   * threads that wait meanwhile.
   */
  void flush(long sequence) throws IOException {
    synchronized (flushing) {
      List<ExtentLog.Unforced> parts;
      synchronized (lock) {
        if (closed) {
          return;
        }
        requireHealthy();
        giveBackDurable();
        if (logs.durable() >= sequence) {
          return;
        }
        parts = logs.unforced();
        file.beginFlush();
      }
      Throwable failed = force(parts);
      synchronized (lock) {
        file.endFlush();
        if (failed != null) {
          throw logs.failed(failed).getCause();
        }
        parts.forEach(ExtentLog.Unforced::done);
        giveBackDurable();
      }
    }
  }

  /** Returns what went wrong, or null. */
  private static Throwable force(List<ExtentLog.Unforced> parts) {
    try {
      parts.forEach(ExtentLog.Unforced::force);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** Gives storage out again whose free is durable. */
  private void giveBackDurable() {
    while (!unflushed.isEmpty() && unflushed.peek().sequence() <= logs.durable()) {
      space.giveBack(unflushed.poll().region());
    }
  }

  /** Returns whether the log can still change the file. */
  boolean isUsable() {
    return !closed && logs.isHealthy();
  }

  /** Throws if nothing can be committed or freed any more. */
  void requireHealthy() {
    logs.requireHealthy();
  }

  /**
   * Returns the monitor that {@link #finish} needs besides the lock, to be taken before the lock:
   * it keeps others from forcing.
   */
  Object flushing() {
    return flushing;
  }

  /**
   * Without the lock, before {@link #finish}: keeps all threads from writing the next log until
   * {@link #resume}.
   */
  void pause() {
    logs.pause();
  }

  /** Ends a {@link #pause}. */
  void resume() {
    logs.resume();
  }

  /** Says in the log that it is whole; nothing is written any more. */
  void finish() {
    if (!closed) {
      closed = true;
      logs.close();
    }
  }

  /** Returns how many bytes are freed but cannot be given out before the log says so durably. */
  long unflushedBytes() {
    return closed ? 0 : unflushed.stream().mapToLong(one -> one.region.length).sum();
  }

  long size() {
    return committed.size();
  }

  ExtentLog<Extent> log() {
    return logs.present();
  }

  long rewrites() {
    return logs.rewrites();
  }

  List<Extent> extents() {
    return committed.all();
  }

  Optional<Extent> extentAt(long offsetBytes) {
    return Optional.ofNullable(committed.at(offsetBytes));
  }
}
