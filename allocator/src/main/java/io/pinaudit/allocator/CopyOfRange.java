package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.CopyBuffers;
import io.pinaudit.allocator.hold.LeaseState;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A copy in DRAM that stands in for pinned memory. Shared pins share it; the last to close writes
 * it back. Safe for any thread.
 */
final class CopyOfRange {
  private final CopyBuffers buffers;
  private final MemorySegment buffer;
  private final MemorySegment memory;
  private final MemorySegment original;
  private final Transfer transfer;
  private final AtomicInteger users = new AtomicInteger(1);

  /** How much of it, from its beginning, is written back. */
  private volatile long filledBytes;

  private CopyOfRange(
      CopyBuffers buffers, MemorySegment buffer, MemorySegment original, Transfer transfer) {
    this.buffers = buffers;
    this.buffer = buffer;
    this.memory = buffer.asSlice(0, original.byteSize());
    this.original = original;
    this.transfer = transfer;
    this.filledBytes = original.byteSize();
  }

  /**
   * Holds the lease for as long as the copying in takes, so that a free can only defer to it; null
   * if it is freed already.
   */
  static CopyOfRange of(
      CopyBuffers buffers, Lease lease, MemorySegment original, PinOptions options) {
    if (original.isReadOnly() && options.transfer() != Transfer.OUT) {
      throw new IllegalArgumentException(
          "a copy of read-only memory cannot be written back: pin it with Transfer.OUT");
    }
    if (lease.acquire(LeaseState.DEFER_PIN) != 0) {
      return null;
    }
    try {
      MemorySegment buffer = buffers.take(original.byteSize());
      CopyOfRange copy = new CopyOfRange(buffers, buffer, original, options.transfer());
      if (options.transfer() == Transfer.IN) {
        // Not what the buffer's last user has left, which may be another extent's.
        copy.memory.fill((byte) 0);
      } else {
        copy.memory.copyFrom(original);
      }
      return copy;
    } finally {
      lease.release(LeaseState.DEFER_PIN);
    }
  }

  MemorySegment memory() {
    return memory;
  }

  /** False if the last user has closed it. */
  boolean share() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
  }

  void filled(long lengthBytes) {
    filledBytes = lengthBytes;
  }

  /** The last user writes back, unless the extent was freed: its storage may have a new owner. */
  void close(Lease lease) {
    if (users.decrementAndGet() > 0) {
      return;
    }
    long filled = filledBytes;
    if (transfer != Transfer.OUT && filled > 0 && lease.acquireForWriteBack()) {
      try {
        MemorySegment.copy(memory, 0, original, 0, filled);
      } finally {
        lease.release(LeaseState.DEFER_PIN);
      }
    }
    buffers.give(buffer);
  }
}
