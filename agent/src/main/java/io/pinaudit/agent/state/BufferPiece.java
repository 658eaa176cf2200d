package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.events.BufferEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the buffer of one I/O: what of it lies in one mapping, or a buffer that lies in none.
 *
 * @param mapping the part of the mapping that the buffer covers; its file is unknown if it is none
 * @param positionBytes how many bytes of the I/O come before it
 */
public record BufferPiece(Mapping mapping, long positionBytes) {
  // struct iovec of 64-bit systems, bits/types/struct_iovec.h
  private static final int IOVEC_BYTES = 16;
  private static final int IOV_MAX = 1024; // linux/uio.h

  /**
   * The pieces of a plain buffer.
   *
   * @param all whether one that lies in no mapping counts
   */
  public static List<BufferPiece> of(
      Mappings mappings, long address, long lengthBytes, boolean all) {
    if (lengthBytes <= 0 || mappings.isEmpty() && !all) {
      return List.of();
    }
    List<BufferPiece> pieces = new ArrayList<>(1);
    add(pieces, mappings, address, lengthBytes, 0, all);
    return pieces;
  }

  /** The pieces of the buffers of an array of {@code struct iovec}. */
  public static List<BufferPiece> ofVector(
      Mappings mappings, long vectorAddress, long count, boolean all) {
    if (count <= 0 || count > IOV_MAX || mappings.isEmpty() && !all) {
      return List.of();
    }
    List<BufferPiece> pieces = new ArrayList<>();
    ByteBuffer vector = ProcessMemory.read(vectorAddress, (int) count * IOVEC_BYTES);
    long positionBytes = 0;
    while (vector.remaining() >= IOVEC_BYTES) {
      long address = vector.getLong();
      long lengthBytes = vector.getLong();
      add(pieces, mappings, address, lengthBytes, positionBytes, all);
      positionBytes += lengthBytes;
    }
    return pieces;
  }

  private static void add(
      List<BufferPiece> pieces,
      Mappings mappings,
      long address,
      long lengthBytes,
      long positionBytes,
      boolean all) {
    List<Mapping> found = mappings.overlapping(address, lengthBytes);
    if (found.isEmpty() && all) {
      pieces.add(
          new BufferPiece(new Mapping(address, lengthBytes, -1, FileState.UNKNOWN), positionBytes));
    }
    for (Mapping mapping : found) {
      pieces.add(new BufferPiece(mapping, positionBytes + mapping.address() - address));
    }
  }

  /** How much of this part was transferred when the I/O as a whole transferred so much. */
  public long transferredBytes(long resultBytes) {
    return resultBytes < 0
        ? resultBytes
        : Math.max(0, Math.min(mapping.lengthBytes(), resultBytes - positionBytes));
  }

  /** Fills in what an event says of its buffer. */
  public static void describe(BufferEvent event, Mapping buffer) {
    event.bufferAddress = buffer.address();
    event.lengthBytes = buffer.lengthBytes();
    event.bufferOffsetBytes = buffer.offsetBytes();
    event.bufferDeviceMajor = buffer.file().deviceMajor();
    event.bufferDeviceMinor = buffer.file().deviceMinor();
    event.bufferInode = buffer.file().inode();
    event.bufferPath = buffer.file().path();
  }
}
