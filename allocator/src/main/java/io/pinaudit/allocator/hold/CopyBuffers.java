package io.pinaudit.allocator.hold;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Page-aligned buffers in DRAM for copies. A buffer that was given back is kept for the next copy
 * of its size. Safe for any thread.
 *
 * <p>The memory of each buffer lives as long as the buffer is reachable; {@link Roster} keeps the
 * pins of copies reachable until they are closed.
 */
public final class CopyBuffers {
  private static final long PAGE_BYTES = 4096;
  private static final int SIZES = 48;
  private static final long MOST_KEPT_BYTES = 64L << 20;

  private final Deque<MemorySegment>[] kept = queues();
  private long keptBytes;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Deque<MemorySegment>[] queues() {
    Deque<MemorySegment>[] queues = new Deque[SIZES];
    for (int i = 0; i < SIZES; i++) {
      queues[i] = new ArrayDeque<>();
    }
    return queues;
  }

  /** Returns a buffer of at least so many bytes. Its content is what its last user left in it. */
  public MemorySegment take(long lengthBytes) {
    int size = sizeOf(lengthBytes);
    synchronized (this) {
      MemorySegment buffer = kept[size].pollFirst();
      if (buffer != null) {
        keptBytes -= buffer.byteSize();
        return buffer;
      }
    }
    return Arena.ofAuto().allocate(PAGE_BYTES << size, PAGE_BYTES);
  }

  /** Takes a buffer back, and keeps it for the next copy unless enough are kept. */
  public synchronized void give(MemorySegment buffer) {
    if (keptBytes + buffer.byteSize() <= MOST_KEPT_BYTES) {
      keptBytes += buffer.byteSize();
      kept[sizeOf(buffer.byteSize())].addFirst(buffer);
    }
  }

  /** Sizes are powers of two from one page on. */
  private static int sizeOf(long lengthBytes) {
    long pages = Math.max(1, (lengthBytes + PAGE_BYTES - 1) / PAGE_BYTES);
    return Long.SIZE - Long.numberOfLeadingZeros(pages - 1);
  }
}
