package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.ProcessMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a call offers to the kernel: one range, or the ranges of an array of {@code struct
 * iovec}.
 *
 * @param address address of the range, or of the array
 * @param length number of bytes of the range, or of elements of the array
 */
public record UserMemory(long address, long length, boolean isVector) {
  // struct iovec of 64-bit systems, bits/types/struct_iovec.h
  private static final int IOVEC_BYTES = 16;
  private static final int IOV_MAX = 1024; // linux/uio.h

  /** Returns one range of memory. */
  public static UserMemory range(long address, long lengthBytes) {
    return new UserMemory(address, lengthBytes, false);
  }

  /** Returns the ranges of an array. */
  public static UserMemory vector(long address, long count) {
    return new UserMemory(address, count, true);
  }

  /** Returns the parts of the memory that lie in mappings. */
  public List<BufferPiece> mappedPieces(Mappings mappings) {
    return pieces(mappings, false);
  }

  /**
   * Returns the parts of the memory that are worth an event.
   *
   * @param all whether memory that lies in no mapping is worth one, too
   */
  public List<BufferPiece> pieces(Mappings mappings, boolean all) {
    boolean tooMany = isVector && length > IOV_MAX;
    if (length <= 0 || tooMany || mappings.isEmpty() && !all) {
      return List.of();
    }
    Pieces pieces = new Pieces(mappings, all);
    if (isVector) {
      ByteBuffer vector = ProcessMemory.read(address, (int) length * IOVEC_BYTES);
      while (vector.remaining() >= IOVEC_BYTES) {
        pieces.add(vector.getLong(), vector.getLong());
      }
    } else {
      pieces.add(address, length);
    }
    return pieces.found;
  }

  private static final class Pieces {
    private final Mappings mappings;
    private final boolean all;
    private final List<BufferPiece> found = new ArrayList<>(1);
    private long positionBytes;

    Pieces(Mappings mappings, boolean all) {
      this.mappings = mappings;
      this.all = all;
    }

    void add(long address, long lengthBytes) {
      List<Mapping> overlapping = mappings.overlapping(address, lengthBytes);
      if (overlapping.isEmpty() && all) {
        found.add(new BufferPiece(Mapping.ofNoFile(address, lengthBytes), positionBytes));
      }
      for (Mapping mapping : overlapping) {
        found.add(new BufferPiece(mapping, positionBytes + mapping.address() - address));
      }
      positionBytes += lengthBytes;
    }
  }
}
