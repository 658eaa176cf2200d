package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Little-endian data, read from front to back: a part of a file or of memory. A read beyond the end
 * throws an {@link IOException} that names the offset; it never allocates more memory than there is
 * data.
 */
final class Bytes {
  /** No description and no piece of a trace is longer; a damaged length may claim to be. */
  private static final long MOST_BYTES = 48L << 20;

  private final FileChannel file;
  private final ByteBuffer memory;
  private final long end;
  private long at;

  private Bytes(FileChannel file, ByteBuffer memory, long at, long end) {
    this.file = file;
    this.memory = memory;
    this.at = at;
    this.end = end;
  }

  /** Returns the bytes of a file from an offset on. */
  static Bytes of(FileChannel file, long offset) throws IOException {
    if (offset < 0 || offset > file.size()) {
      throw new IOException(
          "offset " + offset + " outside of the file's " + file.size() + " bytes");
    }
    return new Bytes(file, null, offset, file.size());
  }

  /** Returns the bytes of an array. */
  static Bytes of(byte[] bytes) {
    return new Bytes(null, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length);
  }

  /** Returns the offset of the next byte. */
  long at() {
    return at;
  }

  /** Returns the number of bytes that are left. */
  long left() {
    return end - at;
  }

  /** Takes the next bytes. */
  ByteBuffer take(long count) throws IOException {
    if (count < 0 || count > left() || count > MOST_BYTES) {
      throw new IOException("found " + left() + " bytes at offset " + at + ", expected " + count);
    }
    ByteBuffer bytes;
    if (memory != null) {
      bytes = memory.slice((int) at, (int) count).order(ByteOrder.LITTLE_ENDIAN);
    } else {
      bytes = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {}
      if (bytes.hasRemaining()) {
        throw new IOException("the file ends within " + count + " bytes at offset " + at);
      }
      bytes.flip();
    }
    at += count;
    return bytes;
  }

  byte[] array(long count) throws IOException {
    ByteBuffer bytes = take(count);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  String text(long count) throws IOException {
    return new String(array(count), StandardCharsets.ISO_8859_1);
  }

  int u8() throws IOException {
    return take(1).get() & 0xff;
  }

  int u16() throws IOException {
    return take(Short.BYTES).getShort() & 0xffff;
  }

  long u32() throws IOException {
    return take(Integer.BYTES).getInt() & 0xffffffffL;
  }

  long u64() throws IOException {
    return take(Long.BYTES).getLong();
  }

  /** Takes the characters up to a zero byte, at most as many as a name has. */
  String name() throws IOException {
    StringBuilder name = new StringBuilder();
    for (int c = u8(); c != 0; c = u8()) {
      if (name.length() == 1024) {
        throw new IOException("no end of a name at offset " + at);
      }
      name.append((char) c);
    }
    return name.toString();
  }

  /** Takes a fixed word of the format; throws if another one stands there. */
  void expect(String word) throws IOException {
    long from = at;
    String found = text(word.length());
    if (!found.equals(word)) {
      throw new IOException("expected '" + word.replace("\0", "") + "' at offset " + from);
    }
  }
}
