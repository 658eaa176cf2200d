package io.pinaudit.allocator;

import io.pinaudit.linux.IoUring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The memory of a pool as fixed buffers of an io_uring, for IORING_OP_READ_FIXED and WRITE_FIXED:
 * the kernel looks up and holds its pages once, and not for each request. Made by {@link
 * ExtentPool#registerBuffers}. Safe for any thread.
 *
 * {@snippet :
 * try (RingBuffers buffers = pool.registerBuffers(ringFd)) {
 *   Pin pin = extent.pin("load page").detach(); // as for any other request
 *   int index = buffers.indexOf(pin).orElseThrow(); // sqe->buf_index
 * }
 * }
 *
 * <p>Each request still needs its pin: although the kernel holds the pages, the pool would give a
 * freed extent to somebody else. The kernel holds the pages that a shrink cuts off until this is
 * closed.
 */
public final class RingBuffers implements AutoCloseable {
  /** The largest buffer that the kernel allows. */
  private static final long MOST_BYTES = 1L << 30;

  private final IoUring ring;
  private final MemorySegment memory;
  private final Consumer<RingBuffers> whenClosed;
  private boolean closed;

  private RingBuffers(IoUring ring, MemorySegment memory, Consumer<RingBuffers> whenClosed) {
    this.ring = ring;
    this.memory = memory;
    this.whenClosed = whenClosed;
  }

  /** Registers memory, which has to stay mapped until it is told that this is closed. */
  static RingBuffers register(int ringFd, MemorySegment memory, Consumer<RingBuffers> whenClosed)
      throws IOException {
    List<MemorySegment> buffers = new ArrayList<>();
    for (long at = 0; at < memory.byteSize(); at += MOST_BYTES) {
      buffers.add(memory.asSlice(at, Math.min(MOST_BYTES, memory.byteSize() - at)));
    }
    IoUring ring = IoUring.of(ringFd);
    try {
      ring.register(buffers);
    } catch (Throwable e) {
      ring.close();
      throw e;
    }
    return new RingBuffers(ring, memory, whenClosed);
  }

  /**
   * Returns the number of the buffer (buf_index) that has all the memory of a pin. Empty if no
   * buffer has it: the extent was allocated after the pool had grown, it lies across the border of
   * two buffers (there is one at each GiB of the file), or the pin is a copy. Such a request is
   * made without a fixed buffer.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public OptionalInt indexOf(Pin pin) {
    MemorySegment pinned = pin.segment();
    long from = pinned.address() - memory.address();
    long to = from + pinned.byteSize() - 1;
    boolean whole = from >= 0 && to < memory.byteSize() && from / MOST_BYTES == to / MOST_BYTES;
    return whole ? OptionalInt.of((int) (from / MOST_BYTES)) : OptionalInt.empty();
  }

  /**
   * Unregisters the buffers; requests that use them go on to their end. Closing again does nothing;
   * a close of the pool closes this.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      ring.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      whenClosed.accept(this);
    }
  }
}
