package io.pinaudit.allocator;

import io.pinaudit.allocator.event.LogRewriteEvent;
import io.pinaudit.allocator.storage.Committed;
import io.pinaudit.allocator.storage.ExtentLog;
import io.pinaudit.allocator.storage.FreeMap;
import io.pinaudit.allocator.storage.LogRecord;
import io.pinaudit.allocator.storage.LogRewrite;
import io.pinaudit.allocator.storage.Medium;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.PoolImage;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Space;
import io.pinaudit.allocator.storage.Superblock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where the extent map is in the file: the present log, a second stretch of the same length for the
 * next log, and the next log while it is written ({@link LogRewrite}).
 *
 * <p>The next log is begun while a quarter of the present one is still free. A thread of its own
 * writes it, a piece at a time. Whoever appends to the present log meanwhile also copies four times
 * as much to the next one, so that all is copied before the present log is full. An operation waits
 * for the whole log only if the copy is not forced by then, or if the file had no room for longer
 * logs.
 *
 * <p>The pool's lock guards it, except for {@link #step}, {@link #pause} and {@link #moveBelow},
 * which take the lock.
 */
final class ExtentLogs {
  /** The largest length of a log, which has to fit into a buffer when it is read. */
  private static final long MOST_LOG_BYTES = 1 << 30;

  /** The next log is begun when less than this part of the present one is free. */
  private static final int FREE_PART = 4;

  /** The number of pieces that are copied before they are forced; the lock is let go after each. */
  private static final int PIECES_A_FORCE = 8;

  /** The number of bytes that are copied for each byte that is appended. */
  private static final int HELP = 4;

  /** How long a thread waits at a time for another thread's piece to end. */
  private static final Duration PIECE_TIME = Duration.ofSeconds(1);

  private interface Allocation {
    /** Returns the next region; null if there is no room. */
    Region<Extent> next() throws IOException;
  }

  private final PoolFile file;
  private final PoolOptions options;
  private final Space<Extent> space;
  private final Medium medium;
  private final UUID id;
  private final Committed<Extent> committed;

  /** The pool's lock. */
  private final Object lock;

  private ExtentLog<Extent> log;
  private Region<Extent> spare;

  /** The rewrite under way; null if the present log will do for a while. */
  private LogRewrite<Extent> rewrite;

  /** The generation of the log that was begun last, whether it ever counted or not. */
  private long generation;

  /** Whether there was no room for longer logs since the present one was begun. */
  private boolean cannotLengthen;

  /** Whether no thread may begin a next log or go on with it, because the pool is being closed. */
  private boolean paused;

  /** Whether a thread forces a piece of the next log, without the lock. */
  private boolean stepping;

  /**
   * What was thrown when the log could not be written, after which the content of the file is not
   * known. It may be an InternalError: a write to memory for which the file system has no block.
   */
  private Throwable failure;

  private long rewrites;

  /** The event of the present rewrite. */
  private LogRewriteEvent event;

  ExtentLogs(PoolParts parts, PoolImage image, Space<Extent> space, Committed<Extent> committed) {
    this.file = parts.file();
    this.options = parts.options();
    this.space = space;
    this.medium = options.wrap(file);
    this.lock = parts.lock();
    this.committed = committed;
    this.id = image.superblock().id();
    this.generation = image.superblock().generation();
  }

  /**
   * Goes on with the log that was read, unless a crash has left its end, or the format, in doubt.
   */
  void begin(PoolImage image, Region<Extent> region) throws IOException {
    log = ExtentLog.read(medium, image, region);
    spare = space.forLog(space.allocate(region.length, FreeMap.BLOCK_BYTES));
    if (spare == null) {
      throw new PoolFullException(
          file.path() + ": no room for a second log of " + region.length + " bytes");
    }
    if (image.canGoOn() && file.fill(region)) {
      force(log.unforced());
    } else {
      restart();
    }
  }

  /**
   * Returns the sequence number that has to be durable for all that was appended before to be
   * durable.
   */
  long sequence() {
    return log.sequence();
  }

  /** Returns the sequence number up to which all is durable, whichever log counts after a crash. */
  long durable() {
    return rewrite != null && rewrite.isSwitching()
        ? Math.min(log.durable(), rewrite.log().durable())
        : log.durable();
  }

  /** Returns what has to be forced for {@link #durable} to reach the present {@link #sequence}. */
  List<ExtentLog.Unforced> unforced() {
    return rewrite != null && rewrite.isSwitching()
        ? List.of(log.unforced(), rewrite.log().unforced())
        : List.of(log.unforced());
  }

  /** Appends records that count only if all of them are there. */
  void append(List<LogRecord> together) {
    requireHealthy();
    try {
      log.append(together);
      if (rewrite != null) {
        rewrite.append(together);
      }
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  void add(Extent extent) {
    committed.add(extent);
    if (rewrite != null) {
      rewrite.added(extent.durable());
    }
  }

  void remove(Extent extent) {
    committed.remove(extent);
    if (rewrite != null) {
      rewrite.removed(extent.durable());
    }
  }

  /**
   * Copies its part to the next log, after so much was appended and the committed extents were
   * changed.
   */
  void help(long bytes) {
    if (rewrite != null && rewrite.isCopying()) {
      copy(HELP * bytes);
    }
  }

  private void copy(long bytes) {
    try {
      rewrite.copy(bytes);
    } catch (RuntimeException | Error e) {
      throw failed(e);
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

  /** Says in the log how long the file is. */
  void logLength(long lengthBytes) {
    makeRoom(ExtentLog.MARGIN_BYTES);
    append(List.of(LogRecord.length(lengthBytes, 0)));
  }

  /**
   * Makes room for commits. A log of which a copy of all extents fills no more than half can take
   * the free of each of them after it was begun anew: so a free always finds room.
   *
   * @param bytes of the commits
   * @param allBytes of all that is to be appended
   */
  void makeRoomToCommit(long bytes, long allBytes) throws IOException {
    requireHealthy();
    long needed = 2 * (committed.recordBytes() + bytes) + ExtentLog.MARGIN_BYTES;
    if (needed > log.capacity() && rewrite != null) {
      finish();
    }
    if (needed > log.capacity()) {
      lengthen(needed);
    } else if (needed > log.capacity() / FREE_PART * (FREE_PART - 1)) {
      beginLonger();
    }
    makeRoom(allBytes + ExtentLog.MARGIN_BYTES);
  }

  /** Makes room for what must not fail for want of it. */
  void makeRoom(long bytes) {
    requireHealthy();
    if (rewrite != null && !rewrite.hasRoom(bytes)) {
      settle();
    }
    if (log.room() < bytes && rewrite != null) {
      finish();
    }
    if (log.room() < bytes) {
      restart();
    } else if (rewrite == null && log.room() - bytes < log.capacity() / FREE_PART) {
      beginRewrite(spare, null);
    }
  }

  private void lengthen(long neededBytes) throws IOException {
    long lengthBytes = log.capacity();
    while (neededBytes > lengthBytes) {
      lengthBytes *= 2;
    }
    if (lengthBytes > MOST_LOG_BYTES) {
      throw new PoolFullException(
          committed.size() + " extents are all that the extent map of " + file + " can hold");
    }
    long length = lengthBytes;
    move(
        () -> allocate(length),
        "no room for an extent map of twice " + lengthBytes + " bytes in " + file);
  }

  private Region<Extent> allocate(long lengthBytes) throws IOException {
    Region<Extent> region = space.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    if (region == null) {
      region = space.allocateUnpunched(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    if (region == null && grow(lengthBytes)) {
      region = space.allocate(lengthBytes, FreeMap.BLOCK_BYTES);
    }
    return space.forLog(region);
  }

  /** Begins a longer log, if there is room and none is begun: longer logs will be needed soon. */
  private void beginLonger() {
    long lengthBytes = 2 * log.capacity();
    if (rewrite == null && !paused && !cannotLengthen && lengthBytes <= MOST_LOG_BYTES) {
      cannotLengthen = !beginsIn(() -> allocate(lengthBytes));
    }
  }

  private boolean beginsIn(Allocation allocation) {
    try {
      Region<Extent> next = allocation.next();
      Region<Extent> after = next == null ? null : allocateSecond(next, allocation);
      if (after == null) {
        return false;
      }
      if (rewrite != null) {
        settle();
      }
      beginRewrite(next, after);
      return true;
    } catch (IOException e) {
      // The file system has no room; there is time until it has to have some.
      return false;
    }
  }

  /** Returns a second region; frees the first if there is no second one. */
  private Region<Extent> allocateSecond(Region<Extent> first, Allocation allocation)
      throws IOException {
    Region<Extent> second = null;
    try {
      second = allocation.next();
    } finally {
      if (second == null) {
        space.free(first);
      }
    }
    return second;
  }

  private void beginRewrite(Region<Extent> region, Region<Extent> spareAfter) {
    if (!paused) {
      rewrite = newRewrite(region, spareAfter);
      options.rewriter().accept(this::step);
    }
  }

  private LogRewrite<Extent> newRewrite(Region<Extent> region, Region<Extent> spareAfter) {
    // A random step: a crash may have left parts of a log that never counted anywhere in the file,
    // and these must not be taken for parts of a log that is begun after it.
    generation += 1 + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    event = new LogRewriteEvent();
    event.begin();
    return new LogRewrite<>(
        medium, new ExtentLog<>(medium, generation, region), spareAfter, committed);
  }

  private boolean isBelow(long boundBytes) {
    return log.region().end() <= boundBytes && spare.end() <= boundBytes;
  }

  private Region<Extent> allocateBelow(long boundBytes) throws IOException {
    return space.forLog(space.allocateBelow(boundBytes, log.capacity()));
  }

  /** Without the lock: moves both logs below a bound, piece by piece, if there is room. */
  void moveBelow(long boundBytes) {
    LogRewrite<Extent> mine;
    synchronized (lock) {
      if (paused || failure != null) {
        return;
      }
      settle();
      if (isBelow(boundBytes) || !beginsIn(() -> allocateBelow(boundBytes))) {
        return;
      }
      mine = rewrite;
    }
    while (isUnderWay(mine)) {
      step();
    }
  }

  /** Lets a piece come to its end that another thread is about. */
  private boolean isUnderWay(LogRewrite<Extent> mine) {
    synchronized (lock) {
      if (stepping) {
        Lease.await(lock, () -> !stepping, PIECE_TIME);
      }
      return mine != null && mine.equals(rewrite) && !paused && failure == null;
    }
  }

  /** Moves both logs below a bound, if they are not, at once. */
  void moveNowBelow(long boundBytes) throws IOException {
    if (rewrite != null) {
      settle();
    }
    if (!isBelow(boundBytes)) {
      move(
          () -> allocateBelow(boundBytes),
          "no room below %d for the extent map of %s".formatted(boundBytes, file));
    }
  }

  private void move(Allocation allocation, String refusal) throws IOException {
    Region<Extent> next = allocation.next();
    Region<Extent> after = next == null ? null : allocateSecond(next, allocation);
    if (after == null) {
      throw new PoolFullException(refusal);
    }
    if (rewrite != null) {
      settle();
    }
    rewrite = newRewrite(next, after);
    finish();
  }

  /** Begins the log anew, at once. */
  private void restart() {
    rewrite = newRewrite(spare, null);
    finish();
  }

  /** Ends a rewrite at once: undoes it as long as that is possible. */
  private void settle() {
    if (rewrite == null) {
      return;
    }
    if (rewrite.isSwitching()) {
      finish();
    } else {
      LogRewrite<Extent> dropped = rewrite;
      rewrite = null;
      if (dropped.spareAfter() != null) {
        space.free(dropped.log().region());
        space.free(dropped.spareAfter());
      }
    }
  }

  /** Does at once all that is left of a rewrite. */
  private void finish() {
    requireHealthy();
    event.waited = true;
    copy(LogRewrite.ALL);
    try {
      beginSwitch();
      rewrite.writeSuperblock();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    switched();
  }

  private void beginSwitch() {
    if (!rewrite.isSwitching()) {
      rewrite.beginSwitch(log, superblock(rewrite.log()));
    }
  }

  private Superblock superblock(ExtentLog<Extent> of) {
    Region<Extent> region = of.region();
    return new Superblock(
        id,
        of.generation(),
        space.limit(),
        region.offset,
        region.length,
        of.end(),
        committed.nextId());
  }

  private void switched() {
    LogRewrite<Extent> done = rewrite;
    done.switched();
    rewrite = null;
    Region<Extent> old = log.region();
    log = done.log();
    if (done.spareAfter() == null) {
      spare = old;
    } else {
      space.free(old);
      space.free(spare);
      spare = done.spareAfter();
    }
    cannotLengthen = false;
    rewrites++;
    event.pool = file.toString();
    event.extents = committed.size();
    event.bytes = log.end();
    event.commit();
  }

  /**
   * Without the lock: does a piece of a rewrite that is under way; returns false if there is none.
   */
  boolean step() {
    LogRewrite<Extent> mine;
    ExtentLog.Unforced piece;
    boolean switches;
    synchronized (lock) {
      mine = rewrite;
      if (mine == null || paused || stepping || failure != null || !copiesPiece()) {
        return false;
      }
      long most = PIECES_A_FORCE * options.rewritePieceBytes();
      piece = mine.log().unforced(most);
      if (mine.isCopying() && piece.end() - piece.from() < most) {
        return true;
      }
      if (!mine.isCopying() && piece.end() == mine.log().end()) {
        beginSwitch();
      }
      switches = mine.isSwitching();
      stepping = true;
      file.beginFlush();
    }
    Throwable failed = failureOf(switches ? mine::writeSuperblock : piece::force);
    synchronized (lock) {
      file.endFlush();
      stepping = false;
      lock.notifyAll();
      if (failed != null) {
        failure = failed;
      } else if (mine.equals(rewrite)) {
        piece.done();
        if (switches) {
          switched();
        }
      }
    }
    return failed == null;
  }

  /** Copies a piece; returns false if it cannot be written: the next change then says so. */
  private boolean copiesPiece() {
    if (rewrite.isCopying()) {
      failure = failureOf(() -> rewrite.copy(options.rewritePieceBytes()));
    }
    return failure == null;
  }

  /** Returns what went wrong, or null. */
  private static Throwable failureOf(Runnable write) {
    try {
      write.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /**
   * Without the lock: keeps all threads from writing the next log until {@link #resume}; returns
   * when none does.
   */
  void pause() {
    boolean interrupted = false;
    synchronized (lock) {
      paused = true;
      while (stepping) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a {@link #pause}. */
  void resume() {
    synchronized (lock) {
      paused = false;
      if (rewrite != null) {
        options.rewriter().accept(this::step);
      }
    }
  }

  private void force(ExtentLog.Unforced part) {
    part.force();
    part.done();
  }

  /**
   * Says that the log is whole, so that a later reader can tell damage from a crash; nothing is
   * written any more.
   */
  void close() {
    if (failure == null) {
      if (rewrite != null) {
        settle();
      }
      try {
        force(log.unforced());
        superblock(log).write(medium);
      } catch (RuntimeException | Error e) {
        throw failed(e);
      }
    }
  }

  /** Notes that the content of the file is not known any more; returns what says so. */
  UncheckedIOException failed(Throwable why) {
    failure = why;
    return new UncheckedIOException(
        new IOException("the extent map of " + file + " cannot be written", why));
  }

  boolean isHealthy() {
    return failure == null;
  }

  /** Throws if nothing can be committed or freed any more. */
  void requireHealthy() {
    if (failure != null) {
      throw new IllegalStateException(
          "the extent map of " + file + " could not be written before; close and reopen", failure);
    }
  }

  ExtentLog<Extent> present() {
    return log;
  }

  long rewrites() {
    return rewrites;
  }
}
