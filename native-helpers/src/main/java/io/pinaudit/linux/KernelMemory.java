package io.pinaudit.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads a variable of the running kernel through {@code /proc/kcore} and /proc/kallsyms. */
public final class KernelMemory {
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int LOADED = 1;

  private KernelMemory() {}

  /**
   * Returns the value of a 64-bit variable; empty if there is none of this name, or this process
   * may not read it.
   */
  public static OptionalLong variable(String name) {
    try {
      long address = address(name);
      return address == 0 ? OptionalLong.empty() : read(address);
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Reads an address from a line such as {@code ffffffff9dc12345 D vmemmap_base}; the kernel shows
   * 0 to those who may not see addresses.
   */
  private static long address(String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/kallsyms"))) {
      return lines
          .filter(line -> line.endsWith(" " + name))
          .mapToLong(line -> Long.parseUnsignedLong(line, 0, line.indexOf(' '), 16))
          .findFirst()
          .orElse(0);
    }
  }

  /**
   * Reads eight bytes from /proc/kcore, an ELF core file as in elf(5); empty if it does not have
   * the address.
   */
  private static OptionalLong read(long address) throws IOException {
    try (FileChannel core = FileChannel.open(Path.of("/proc/kcore"))) {
      ByteBuffer header = bytes(core, 0, HEADER_BYTES);
      long table = header.getLong(32);
      int segments = header.getShort(56) & 0xffff;
      for (int i = 0; i < segments; i++) {
        ByteBuffer segment = bytes(core, table + (long) i * SEGMENT_BYTES, SEGMENT_BYTES);
        long inside = address - segment.getLong(16);
        if (segment.getInt(0) == LOADED
            && Long.compareUnsigned(inside, segment.getLong(40) - Long.BYTES) <= 0) {
          return OptionalLong.of(bytes(core, segment.getLong(8) + inside, Long.BYTES).getLong(0));
        }
      }
      return OptionalLong.empty();
    }
  }

  private static ByteBuffer bytes(FileChannel file, long offset, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException("/proc/kcore ends at " + offset);
      }
    }
    return buffer;
  }
}
