package io.pinaudit.allocator;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A lease on an extent, arena or mapped range: as long as it is open, the storage is not given away
 * and the memory not unmapped. May be used and closed by any thread; closing it again does nothing.
 *
 * {@snippet :
 * try (Pin pin = extent.pin("wal flush")) {
 *   channel.write(pin.buffer(), position);
 * }
 * }
 *
 * <p>For an I/O that outlives the block, hand the lease on:
 *
 * {@snippet :
 * Pin lease = extent.pin("read ahead").detach(); // to be closed by whoever sees the read complete
 * try {
 *   channel.read(lease.buffer(), position, lease, completionThatClosesTheLease);
 * } catch (RuntimeException e) {
 *   lease.close(); // it was never begun
 *   throw e;
 * }
 * }
 *
 * <p>A pin that is never closed keeps its storage for ever, because the kernel or a device may
 * still be using it. {@link PoolOptions#onLeak} says to whom it is reported.
 *
 * <p>To take and close a pin costs two writes to memory of the calling thread. If the thread has
 * eight pins open in the pool already, or if the pin is shared or has a deadline, it costs a few
 * atomic operations and 56 bytes of heap. The cost does not depend on how many pins are or were
 * open.
 */
public abstract sealed class Pin implements AutoCloseable permits NotedPin, CountedPin {
  final Lease lease;

  Pin(Lease lease) {
    this.lease = lease;
  }

  /**
   * Returns the memory that the I/O is to use: the pinned memory itself or, with {@link
   * PinPolicy#COPY}, its copy in DRAM.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public final MemorySegment segment() {
    if (!isOpen()) {
      throw closed(lease);
    }
    return memory();
  }

  /**
   * Returns a new direct buffer of {@link #segment}, of at most 2 GiB - 1 byte. Its position is 0,
   * its limit the length of the segment, and its byte order big-endian. It must not be used after
   * the pin is closed.
   *
   * @throws IllegalStateException if the pin is closed
   * @throws UnsupportedOperationException if the segment is longer than a buffer can be
   */
  public final ByteBuffer buffer() {
    return segment().asByteBuffer();
  }

  /**
   * Hands the lease on: this pin is closed without releasing anything, the one returned has to be
   * closed by whoever sees the I/O complete.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public abstract Pin detach();

  /**
   * Returns a second lease on the same memory, which has to be closed on its own. This works even
   * while a free is waiting. With {@link PinPolicy#COPY} both have one copy; the pin that is closed
   * last writes it back.
   *
   * @throws IllegalStateException if the pin is closed, or has too many shares (524,287)
   */
  public abstract Pin share();

  /**
   * Drops what the I/O did: with {@link PinPolicy#COPY} nothing is written back. Call it after an
   * I/O that failed, before the pin is closed. It has no effect with the other policies. The same
   * as {@link #filled filled(0)}.
   */
  public final void discard() {
    filled(0);
  }

  /**
   * Says how much of the memory a short read has filled. With {@link PinPolicy#COPY} only that much
   * is written back, and the storage keeps the bytes that it has beyond. Call it before the pin is
   * closed; if pins are shared, the last call counts. It has no effect with the other policies.
   *
   * @param lengthBytes from the beginning of {@link #segment}
   * @throws IndexOutOfBoundsException if the segment is not so long
   */
  public abstract void filled(long lengthBytes);

  /**
   * Ends the lease; with {@link PinPolicy#COPY} the copy is written back before. If a free, shrink
   * or close was left to the last pin, and this is the last, it is done here.
   */
  @Override
  public abstract void close();

  /** Returns whether the pin holds: it is neither closed nor handed on. */
  public abstract boolean isOpen();

  /**
   * Returns the name that the pin was taken with. After the end of the pin this may be the name of
   * another one.
   */
  public abstract String name();

  abstract MemorySegment memory();

  final boolean isOf(Lease other) {
    return lease.equals(other);
  }

  static IllegalStateException closed(Lease lease) {
    return new IllegalStateException("this pin of " + lease.describe() + " is closed");
  }

  /** Returns what is pinned, by which name, and whether the pin is open. */
  @Override
  public final String toString() {
    return isOpen()
        ? "pin \"" + name() + "\" of " + lease.describe()
        : "closed pin of " + lease.describe();
  }
}
