package io.pinaudit.samples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pipe that is lent the pages of a mapping: it has them pinned until they are read from it or it
 * is closed.
 */
final class Pipe implements AutoCloseable {
  private final int readEnd;
  private final int writeEnd;
  private int lentBytes;

  private Pipe(int readEnd, int writeEnd) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** A pipe with room for so many bytes of whole pages. */
  static Pipe withRoomFor(int sizeBytes) throws IOException {
    int[] ends = LibC.pipe();
    Pipe pipe = new Pipe(ends[0], ends[1]);
    LibC.setPipeSize(pipe.writeEnd, sizeBytes);
    return pipe;
  }

  /** Pins all pages of the segment in the pipe. */
  void lend(MemorySegment pages) throws IOException {
    int endBytes = lentBytes + Math.toIntExact(pages.byteSize());
    MemorySegment rest = pages;
    while (lentBytes < endBytes) {
      long taken = LibC.vmsplice(writeEnd, rest);
      lentBytes += (int) taken;
      rest = rest.asSlice(taken);
    }
  }

  /** Reads all that was lent, as it is now, and so drops the pins. */
  byte[] drain() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment received = arena.allocate(lentBytes);
      for (long count = 0; count < received.byteSize(); ) {
        count += LibC.read(readEnd, received.asSlice(count));
      }
      lentBytes = 0;
      return received.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() throws IOException {
    LibC.close(writeEnd);
    LibC.close(readEnd);
  }
}
