package io.pinaudit.agent;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the buffer of one I/O that lies in one mapping.
 *
 * @param mapping the part of the mapping that the buffer covers
 * @param positionBytes how many bytes of the I/O come before it
 */
record BufferPiece(Mapping mapping, long positionBytes) {
  private static final int IOVEC_BYTES =
      16; // struct iovec of 64-bit systems, bits/types/struct_iovec.h
  private static final int IOV_MAX = 1024; // linux/uio.h

  /** The mapped parts of a plain buffer. */
  static List<BufferPiece> of(Mappings mappings, long address, long lengthBytes) {
    if (lengthBytes <= 0 || mappings.isEmpty()) {
      return List.of();
    }
    List<BufferPiece> pieces = new ArrayList<>(1);
    add(pieces, mappings, address, lengthBytes, 0);
    return pieces;
  }

  /** The mapped parts of the buffers of an array of {@code struct iovec}. */
  static List<BufferPiece> ofVector(Mappings mappings, long vectorAddress, long count) {
    if (count <= 0 || count > IOV_MAX || mappings.isEmpty()) {
      return List.of();
    }
    List<BufferPiece> pieces = new ArrayList<>();
    ByteBuffer vector = ProcessMemory.read(vectorAddress, (int) count * IOVEC_BYTES);
    long positionBytes = 0;
    while (vector.remaining() >= IOVEC_BYTES) {
      long address = vector.getLong();
      long lengthBytes = vector.getLong();
      add(pieces, mappings, address, lengthBytes, positionBytes);
      positionBytes += lengthBytes;
    }
    return pieces;
  }

  private static void add(
      List<BufferPiece> pieces,
      Mappings mappings,
      long address,
      long lengthBytes,
      long positionBytes) {
    for (Mapping mapping : mappings.overlapping(address, lengthBytes)) {
      pieces.add(new BufferPiece(mapping, positionBytes + mapping.address() - address));
    }
  }

  /** How much of this part was transferred when the I/O as a whole transferred so much. */
  long transferredBytes(long resultBytes) {
    return resultBytes < 0
        ? resultBytes
        : Math.max(0, Math.min(mapping.lengthBytes(), resultBytes - positionBytes));
  }
}
