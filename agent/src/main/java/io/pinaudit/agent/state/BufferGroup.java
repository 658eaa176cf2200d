package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.ProcessMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A group of buffers of which a request of an io_uring takes any one: {@code
 * IORING_OP_PROVIDE_BUFFERS} or {@code IORING_REGISTER_PBUF_RING}.
 *
 * @param ranges the ranges that were provided, by address and length
 * @param ringAddress address of the ring that buffers are put into; 0 if there is none
 * @param ringEntries number of entries of that ring
 */
public record BufferGroup(List<Mapping> ranges, long ringAddress, int ringEntries) {
  /** Stands for an unknown group about which an event was written already. */
  static final BufferGroup TOLD = new BufferGroup(List.of(), 0, 0);

  private static final int BUFFER_BYTES = 16; // struct io_uring_buf, linux/io_uring.h

  /** Returns a group of buffers that lie one after the other in memory. */
  public static BufferGroup of(long address, long lengthBytes) {
    return new BufferGroup(List.of(Mapping.ofNoFile(address, lengthBytes)), 0, 0);
  }

  /** Returns a group whose buffers are put into a ring. */
  public static BufferGroup ofRing(long address, int entries) {
    return new BufferGroup(List.of(), address, entries);
  }

  BufferGroup and(BufferGroup other) {
    List<Mapping> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return new BufferGroup(all, other.ringAddress, other.ringEntries);
  }

  /** Returns whether memory of a mapped file is among the buffers. */
  public boolean isMapped(Mappings mappings) {
    for (Mapping range : ranges) {
      if (!mappings.overlapping(range.address(), range.lengthBytes()).isEmpty()) {
        return true;
      }
    }
    ByteBuffer buffers =
        ProcessMemory.read(ringAddress, ringAddress == 0 ? 0 : ringEntries * BUFFER_BYTES);
    while (buffers.remaining() >= BUFFER_BYTES) {
      long address = buffers.getLong();
      long lengthBytes = buffers.getInt() & 0xffffffffL;
      buffers.getInt(); // bid, resv
      if (lengthBytes > 0 && !mappings.overlapping(address, lengthBytes).isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
