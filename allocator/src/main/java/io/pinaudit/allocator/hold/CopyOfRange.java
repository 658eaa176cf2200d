package io.pinaudit.allocator.hold;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A copy in DRAM that stands in for pinned memory. Shared pins share it; the last one to close it
 * writes it back. Safe for any thread.
 *
 * <p>Whoever makes the copy or writes it back holds the original meanwhile, and so keeps it from
 * being freed.
 */
public final class CopyOfRange {
  private final CopyBuffers buffers;
  private final MemorySegment buffer;
  private final MemorySegment memory;
  private final MemorySegment original;
  private final boolean writesBack;
  private final AtomicInteger users = new AtomicInteger(1);

  /** How much of it, from its beginning, is written back. */
  private volatile long filledBytes;

  /**
   * Takes a buffer, whose content is what its last user left in it until {@link #load} or {@link
   * #clear}.
   *
   * @param writesBack whether what is done to the copy is for the original
   */
  public CopyOfRange(CopyBuffers buffers, MemorySegment original, boolean writesBack) {
    this.buffers = buffers;
    this.buffer = buffers.take(original.byteSize());
    this.memory = buffer.asSlice(0, original.byteSize());
    this.original = original;
    this.writesBack = writesBack;
    this.filledBytes = original.byteSize();
  }

  /** Copies the original into it. */
  public void load() {
    memory.copyFrom(original);
  }

  /** Fills it with zeros: what its last user left in the buffer may belong to another extent. */
  public void clear() {
    memory.fill((byte) 0);
  }

  /** Returns the memory of the copy, which is as long as the original. */
  public MemorySegment memory() {
    return memory;
  }

  /** Adds a user; false if the last one has closed it. */
  public boolean share() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
  }

  /** Sets how much, from the beginning, is to be written back. */
  public void filled(long lengthBytes) {
    filledBytes = lengthBytes;
  }

  /** Takes a user off; true for the last one, who writes back and then calls {@link #end}. */
  public boolean leave() {
    return users.decrementAndGet() == 0;
  }

  /** Returns whether the original is to get what was done to the copy. */
  public boolean hasToBeWrittenBack() {
    return writesBack && filledBytes > 0;
  }

  /** Copies what was filled to the original. */
  public void writeBack() {
    MemorySegment.copy(memory, 0, original, 0, filledBytes);
  }

  /** Gives the buffer away: the copy must not be used any more. */
  public void end() {
    buffers.give(buffer);
  }
}
