package io.pinaudit.allocator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pipe that is lent pages; it has them pinned until they are read from it. */
record StressPipe(long readEnd, long writeEnd) {
  static StressPipe open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      SystemCall.PIPE.call(ends.address());
      return new StressPipe(ends.get(JAVA_INT, 0), ends.get(JAVA_INT, 4));
    }
  }

  /** Lends at most as much as an empty pipe holds, 64 KiB. */
  void lend(MemorySegment pages) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocateFrom(JAVA_LONG, pages.address(), pages.byteSize());
      long count = SystemCall.VMSPLICE.call(writeEnd, vector.address(), 1);
      if (count != pages.byteSize()) {
        throw new IOException(count + " of " + pages.byteSize() + " bytes lent");
      }
    }
  }

  /** Reads so much; then none of it is pinned any more. */
  byte[] drain(int lengthBytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(lengthBytes);
      for (long count = 0; count < lengthBytes; ) {
        count += SystemCall.READ.call(readEnd, bytes.address() + count, lengthBytes - count);
      }
      return bytes.toArray(JAVA_BYTE);
    }
  }

  void close() throws IOException {
    SystemCall.CLOSE.call(readEnd);
    SystemCall.CLOSE.call(writeEnd);
  }
}
