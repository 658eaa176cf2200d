package io.pinaudit.allocator;

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
  private volatile boolean discarded;

  private CopyOfRange(
      CopyBuffers buffers, MemorySegment buffer, MemorySegment original, Transfer transfer) {
    this.buffers = buffers;
    this.buffer = buffer;
    this.memory = buffer.asSlice(0, original.byteSize());
    this.original = original;
    this.transfer = transfer;
  }

  /** Holds the lease for as long as the copying in takes, so that a free can only defer to it. */
  static CopyOfRange of(
      CopyBuffers buffers, Lease lease, MemorySegment original, PinOptions options) {
    if (original.isReadOnly() && options.transfer() != Transfer.OUT) {
      throw new IllegalArgumentException(
          "a copy of read-only memory cannot be written back: pin it with Transfer.OUT");
    }
    lease.acquire(LeaseState.DEFER_PIN);
    try {
      MemorySegment buffer = buffers.take(original.byteSize());
      CopyOfRange copy = new CopyOfRange(buffers, buffer, original, options.transfer());
      if (options.transfer() != Transfer.IN) {
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

  void discard() {
    discarded = true;
  }

  /** The last user writes back, unless the extent was freed: its storage may have a new owner. */
  void close(Lease lease) {
    if (users.decrementAndGet() > 0) {
      return;
    }
    if (transfer != Transfer.OUT && !discarded && lease.acquireForWriteBack()) {
      try {
        original.copyFrom(memory);
      } finally {
        lease.release(LeaseState.DEFER_PIN);
      }
    }
    buffers.give(buffer);
  }
}
