package io.pinaudit.lab.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out whether a 64-bit ELF program needs no dynamic loader (elf(5): no PT_INTERP header). */
final class StaticProgram {
  private static final int HEADER_BYTES = 64;
  private static final int ELF_MAGIC = 0x464c457f;
  private static final int PROGRAM_HEADER_OFFSET = 32;
  private static final int PROGRAM_HEADER_BYTES = 54;
  private static final int PROGRAM_HEADER_COUNT = 56;
  private static final int PT_INTERP = 3;

  private StaticProgram() {}

  static boolean isStatic(Path program) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(program)) {
      ByteBuffer header = read(file, 0, HEADER_BYTES);
      if (header.limit() < HEADER_BYTES || header.getInt(0) != ELF_MAGIC) {
        return false;
      }
      int size = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_BYTES));
      int count = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_COUNT));
      ByteBuffer table = read(file, header.getLong(PROGRAM_HEADER_OFFSET), size * count);
      for (int at = 0; at + size <= table.limit(); at += size) {
        if (table.getInt(at) == PT_INTERP) {
          return false;
        }
      }
      return true;
    }
  }

  private static ByteBuffer read(SeekableByteChannel file, long offset, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.position(offset);
    int read;
    do {
      read = file.read(buffer);
    } while (read >= 0 && buffer.hasRemaining());
    return buffer.flip();
  }
}
