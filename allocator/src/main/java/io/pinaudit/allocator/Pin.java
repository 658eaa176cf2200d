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
 * <p>A pin that is never closed keeps its storage for ever: the kernel or a device may still be
 * using it, and nothing here can know better. It is reported, see {@link PoolOptions#onLeak}.
 *
 * <p>To take and close a pin costs two writes to memory of the calling thread; the ninth and any
 * further one that a thread has open at once in a pool, and shared and deadlined ones, cost a few
 * atomic operations and 56 bytes of heap. Neither depends on how many pins are or were open.
 */
public abstract sealed class Pin implements AutoCloseable permits NotedPin, CountedPin {
  final Lease lease;

  Pin(Lease lease) {
    this.lease = lease;
  }

  /**
   * The memory that the I/O is to use: the pinned memory itself, or, with {@link PinPolicy#COPY},
   * its copy in DRAM.
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
   * {@link #segment} as a direct buffer, of at most 2 GiB - 1 byte: another one each time, from
   * position 0 to its limit, in big-endian order. It must not be used after the pin is closed.
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
   * A second lease on the same memory, to be closed on its own. Works although a free is waiting
   * already. With {@link PinPolicy#COPY} both have one copy, which the last to be closed writes
   * back.
   *
   * @throws IllegalStateException if the pin is closed, or has too many shares (524,287)
   */
  public abstract Pin share();

  /**
   * Gives up what the I/O did: with {@link PinPolicy#COPY} nothing will be written back. For I/O
   * that failed; before the pin is closed. No effect with the other policies. The same as {@link
   * #filled filled(0)}.
   */
  public final void discard() {
    filled(0);
  }

  /**
   * Tells how much the I/O has filled, for a read that fell short: with {@link PinPolicy#COPY} only
   * that is written back, and the storage keeps the bytes that it has beyond. Before the pin is
   * closed; of shared pins the last call counts. No effect with the other policies.
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

  /** Whether it holds: it is neither closed nor handed on. */
  public abstract boolean isOpen();

  /** The name that it was taken with; after its end that of any pin of its owner's. */
  public abstract String name();

  abstract MemorySegment memory();

  final boolean isOf(Lease other) {
    return lease.equals(other);
  }

  static IllegalStateException closed(Lease lease) {
    return new IllegalStateException("this pin of " + lease.describe() + " is closed");
  }

  /** What is pinned, by which name, and whether the pin is open. */
  @Override
  public final String toString() {
    return isOpen()
        ? "pin \"" + name() + "\" of " + lease.describe()
        : "closed pin of " + lease.describe();
  }
}
