package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The extent map in the file: a log that begins with a copy of all extents, and another stretch of
 * the same length for the next such copy. Guarded by the pool's lock, but for the forcing itself.
 *
 * <p>A <i>sequence number</i> is a position that keeps growing from log to log: all that was
 * appended up to it is durable once {@link #durable} has reached it.
 */
public final class ExtentLog {
  /** Always kept free, for a change of length. */
  public static final long MARGIN_BYTES = 256;

  private final Medium medium;
  private final UUID id;
  private final ByteBuffer scratch =
      ByteBuffer.allocateDirect(LogRecord.MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long generation;
  private long offset;
  private long capacity;
  private long end;
  private long durableEnd;
  private long base;

  /** A stretch of the file that has to be forced, and what is durable then. */
  public record Unforced(long generation, long offset, long length, long end) {}

  public ExtentLog(Medium medium, UUID id, long generation) {
    this.medium = medium;
    this.id = id;
    this.generation = generation;
  }

  /**
   * Begins a new log with these extents, durable when this returns; the old one is no longer needed
   * then.
   */
  public void restart(Region<?> region, long lengthBytes, long nextId, Stream<Durable> committed) {
    long sequence = sequence();
    generation++;
    offset = region.offset;
    capacity = region.length;
    end = 0;
    durableEnd = 0;
    committed.forEach(extent -> write(LogRecord.commit(extent, 0)));
    medium.force(offset, end);
    durableEnd = end;
    base = sequence - end;
    superblock(lengthBytes, nextId).write(medium);
  }

  /**
   * Says that the log ends here and is whole, so that a later reader can tell damage from a crash.
   */
  public void close(long lengthBytes, long nextId) {
    medium.force(offset, end);
    durableEnd = end;
    superblock(lengthBytes, nextId).write(medium);
  }

  private Superblock superblock(long lengthBytes, long nextId) {
    return new Superblock(id, generation, lengthBytes, offset, capacity, durableEnd, nextId);
  }

  public long capacity() {
    return capacity;
  }

  public long end() {
    return end;
  }

  public boolean hasRoom(long bytes) {
    return end + bytes <= capacity;
  }

  /** Returns the sequence number that makes it durable. */
  public long append(LogRecord record) {
    write(record);
    return sequence();
  }

  /** The position to be noted in the next record. */
  public long durablePosition() {
    return durableEnd;
  }

  public long sequence() {
    return base + end;
  }

  public long durable() {
    return base + durableEnd;
  }

  public Unforced unforced() {
    return new Unforced(generation, offset + durableEnd, end - durableEnd, end);
  }

  public void forced(Unforced part) {
    if (part.generation == generation) {
      durableEnd = Math.max(durableEnd, part.end);
    }
  }

  private void write(LogRecord record) {
    scratch.clear();
    record.encode(scratch, generation, end);
    scratch.flip();
    medium.write(offset + end, MemorySegment.ofBuffer(scratch));
    end += scratch.limit();
  }
}
