package io.pinaudit.allocator;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;

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
 * A pin that is never closed keeps its storage for ever: the kernel or a device may still be using
 * it, and nothing here can know better. It is reported, see {@link PoolOptions#onLeak}.
 */
public final class Pin implements AutoCloseable {
  /** Of many pins a message names the first ones. */
  private static final int MOST_LISTED = 8;

  private static final VarHandle ENDED;

  static {
    try {
      ENDED = MethodHandles.lookup().findVarHandle(Pin.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Lease lease;
  private final PinDetails details;
  private final long[] note;
  private final long sequence;
  private final long unit;

  /**
   * Of a counted pin: its change to true is what entitles to release the lease, once. Of a plain
   * pin its note is that.
   */
  private volatile boolean ended;

  /** A plain pin, noted in its thread's trail under that sequence number. */
  Pin(Lease lease, long unit, long[] note, long sequence) {
    this.lease = lease;
    this.unit = unit;
    this.note = note;
    this.sequence = sequence;
    this.details = null;
  }

  /** A pin that its lease counts. */
  Pin(Lease lease, long unit, PinDetails details) {
    this.lease = lease;
    this.unit = unit;
    this.note = null;
    this.sequence = 0;
    this.details = details;
  }

  /**
   * The memory that the I/O is to use: the pinned memory itself, or, with {@link PinPolicy#COPY},
   * its copy in DRAM.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public MemorySegment segment() {
    requireOpen();
    return details == null ? lease.memory() : details.memory();
  }

  /**
   * {@link #segment} as a direct buffer, of at most 2 GiB - 1 byte: another one each time, from
   * position 0 to its limit, in big-endian order. It must not be used after the pin is closed.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public ByteBuffer buffer() {
    return segment().asByteBuffer();
  }

  /**
   * Hands the lease on: this pin is closed without releasing anything, the one returned has to be
   * closed by whoever sees the I/O complete.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public Pin detach() {
    return isPlain() ? counted() : handedOn();
  }

  /** Counted before the note is taken away: there is no moment without a hold. */
  private Pin counted() {
    Pin pin = share();
    if (!end()) {
      pin.close();
      throw closed();
    }
    return pin;
  }

  private Pin handedOn() {
    PinDetails traced = detailed();
    if (!end()) {
      throw closed();
    }
    Pin pin = new Pin(lease, unit, traced);
    lease.holders().add(pin);
    lease.holders().remove(this);
    return pin;
  }

  /**
   * A second lease on the same memory, to be closed on its own. Works although a free is waiting
   * already. With {@link PinPolicy#COPY} both have one copy, which the last to be closed writes
   * back.
   *
   * @throws IllegalStateException if the pin is closed
   */
  public Pin share() {
    requireOpen();
    lease.acquireAgain(unit);
    Pin pin = new Pin(lease, unit, detailed());
    CopyOfRange copy = pin.details.copy();
    if (!isOpen() || (copy != null && !copy.share())) {
      lease.release(unit);
      throw closed();
    }
    lease.holders().add(pin);
    return pin;
  }

  /**
   * Gives up what the I/O did: with {@link PinPolicy#COPY} nothing will be written back. For I/O
   * that failed or fell short; before the pin is closed. No effect with the other policies.
   */
  public void discard() {
    if (isCopy()) {
      details.copy().discard();
    }
  }

  /** Ends the lease; with {@link PinPolicy#COPY} the copy is written back before. */
  @Override
  public void close() {
    if (!end()) {
      return;
    }
    if (isPlain()) {
      lease.unnoted();
      return;
    }
    try {
      if (isCopy()) {
        details.copy().close(lease);
      }
    } finally {
      lease.holders().remove(this);
      lease.release(unit);
    }
  }

  /** Whether this call has ended it. */
  private boolean end() {
    return isPlain() ? Trail.end(note, sequence) : ENDED.compareAndSet(this, false, true);
  }

  boolean isOpen() {
    return isPlain() ? Trail.isOpen(note, sequence) : !ended;
  }

  private boolean isPlain() {
    return note != null;
  }

  boolean isOf(Lease other) {
    return lease.equals(other);
  }

  PinReport report() {
    return details.report(lease);
  }

  boolean isCopy() {
    return details != null && details.copy() != null;
  }

  private PinDetails detailed() {
    String name = details != null ? details.name() : lease.holders().nameOf(note);
    MemorySegment memory = details != null ? details.memory() : lease.memory();
    CopyOfRange copy = details == null ? null : details.copy();
    return new PinDetails(
        name, Thread.currentThread().getName(), Places.here(), true, memory, copy);
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("this pin of " + lease.describe() + " is closed");
  }

  /** What is known of the pins that keep something from being freed; for messages. */
  static String listed(List<PinReport> pins, long count) {
    StringBuilder text = new StringBuilder();
    List<PinReport> first = pins.subList(0, Math.min(pins.size(), MOST_LISTED));
    for (PinReport pin : first) {
      text.append(text.isEmpty() ? "" : "; ").append(pin);
    }
    if (count > first.size()) {
      text.append(text.isEmpty() ? "" : "; ").append(count - first.size()).append(" more");
    }
    return text.toString();
  }
}
