package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One log of the extent map: records, one after the other, in a region of the file. The pool's lock
 * guards it, except for the forcing itself.
 *
 * <p>A <i>sequence number</i> is a position that keeps growing from log to log: what was appended
 * up to it is durable once {@link #durable} has reached it.
 *
 * @param <T> who has regions
 */
public final class ExtentLog<T> {
  /** The number of bytes that always stay free, for a change of the file's length. */
  public static final long MARGIN_BYTES = 256;

  private final Medium medium;
  private final long generation;
  private final Region<T> region;

  /**
   * The offset of the region. It is kept because a late force may come when the region has another
   * owner.
   */
  private final long offset;

  private final ByteBuffer scratch =
      ByteBuffer.allocateDirect(LogRecord.MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long end;
  private long durableEnd;

  /** The difference between a sequence number and a position. */
  private long base;

  /** A stretch of a log that has to be forced. When it is, the log is durable up to its end. */
  public record Unforced(ExtentLog<?> log, long from, long end) {
    /** Without the lock: forces the stretch; returns when it is durable. */
    public void force() {
      log.medium.force(log.offset + from, end - from);
    }

    /** Under the lock: notes that the stretch was forced. */
    public void done() {
      log.durableEnd = Math.max(log.durableEnd, end);
    }
  }

  /** Makes an empty log. */
  public ExtentLog(Medium medium, long generation, Region<T> region) {
    this.medium = medium;
    this.generation = generation;
    this.region = region;
    this.offset = region.offset;
  }

  /** Returns a log that was read from the file, up to its end. */
  public static <T> ExtentLog<T> read(Medium medium, PoolImage image, Region<T> region) {
    ExtentLog<T> log = new ExtentLog<>(medium, image.superblock().generation(), region);
    log.end = image.logEnd();
    log.durableEnd = Math.min(log.end, image.superblock().logDurable());
    return log;
  }

  /** Returns the region that the log is in. */
  public Region<T> region() {
    return region;
  }

  public long generation() {
    return generation;
  }

  public long capacity() {
    return region.length;
  }

  public long end() {
    return end;
  }

  /** Returns how many bytes can be appended. */
  public long room() {
    return region.length - end;
  }

  /** Appends records that count only if all of them are there. */
  public void append(List<LogRecord> together) {
    int last = together.size() - 1;
    for (int i = 0; i <= last; i++) {
      append(i < last ? together.get(i).withMore() : together.get(i));
    }
  }

  /** Appends a record; puts into it the position up to which the log is durable now. */
  public void append(LogRecord record) {
    scratch.clear();
    record.withDurable(durableEnd).encode(scratch, generation, end);
    scratch.flip();
    if (scratch.limit() > room()) {
      throw new IllegalStateException("no room for a record: " + room() + " bytes are left");
    }
    medium.write(offset + end, MemorySegment.ofBuffer(scratch));
    end += scratch.limit();
  }

  /** Returns the sequence number of the log's end. */
  public long sequence() {
    return base + end;
  }

  /** Returns the sequence number up to which the log is durable. */
  public long durable() {
    return base + durableEnd;
  }

  /** Continues the sequence numbers of another log, which has the same content. */
  public void takeOver(ExtentLog<?> other) {
    base = other.sequence() - end;
  }

  /** Returns the stretch that has yet to be forced. */
  public Unforced unforced() {
    return new Unforced(this, durableEnd, end);
  }

  /** Returns the first part of what {@link #unforced} returns, of at most so many bytes. */
  public Unforced unforced(long mostBytes) {
    return new Unforced(this, durableEnd, Math.min(end, durableEnd + mostBytes));
  }
}
