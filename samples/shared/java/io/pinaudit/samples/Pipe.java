package io.pinaudit.samples;

import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinOptions;
import io.pinaudit.allocator.PinnedFile;
import io.pinaudit.allocator.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pipe to which pages of a mapping can be lent. The pipe pins these pages until somebody reads
 * them or closes the pipe.
 */
public final class Pipe implements AutoCloseable {
  private final int readEnd;
  private final int writeEnd;
  private int lentBytes;

  private Pipe(int readEnd, int writeEnd) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** Returns a pipe with room for so many bytes of whole pages. */
  public static Pipe withRoomFor(int sizeBytes) throws IOException {
    int[] ends = LibC.pipe();
    Pipe pipe = new Pipe(ends[0], ends[1]);
    LibC.setPipeSize(pipe.writeEnd, sizeBytes);
    return pipe;
  }

  /** Pins all pages of the segment in the pipe. */
  public void lend(MemorySegment pages) throws IOException {
    int endBytes = lentBytes + Math.toIntExact(pages.byteSize());
    MemorySegment rest = pages;
    while (lentBytes < endBytes) {
      long taken = LibC.vmsplice(writeEnd, rest);
      lentBytes += (int) taken;
      rest = rest.asSlice(taken);
    }
  }

  /** Lends the same pages to another pipe, too. */
  public void tee(Pipe other) throws IOException {
    passOn("tee", other, readEnd, other.writeEnd, (long) lentBytes, 0);
  }

  /** Moves the pages to another pipe. */
  public void splice(Pipe other) throws IOException {
    MemorySegment none = MemorySegment.NULL;
    passOn("splice", other, readEnd, none, other.writeEnd, none, (long) lentBytes, 0);
    lentBytes = 0;
  }

  private void passOn(String function, Pipe other, Object... arguments) throws IOException {
    if (NativeCall.of(function, arguments) != lentBytes) {
      throw new IOException(function + " did not pass on all " + lentBytes + " bytes");
    }
    other.lentBytes += lentBytes;
  }

  /** Copies bytes into the pipe. */
  public void write(MemorySegment bytes) throws IOException {
    lentBytes += (int) NativeCall.of("write", writeEnd, bytes, bytes.byteSize());
  }

  /** Pins a range of a file in the pipe, under a lease that the reader of the pipe closes. */
  Pin lend(PinnedFile file, int offsetBytes, int lengthBytes) throws IOException {
    Pin pin =
        file.pin(PinOptions.named("pipe").range(offsetBytes, lengthBytes).transfer(Transfer.OUT));
    lend(pin.segment());
    System.out.println("lent " + lengthBytes + " bytes to a pipe");
    return pin;
  }

  /** Reads all that was lent, as it is now, and thereby drops the pins. */
  public byte[] drain() throws IOException {
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
