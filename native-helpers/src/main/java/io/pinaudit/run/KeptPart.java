package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Finds what is kept of a text whose first part was dropped while a recorder still wrote it: the
 * file then begins with a hole, which reads as zeros, and text has no zeros.
 */
public final class KeptPart {
  private static final int BUFFER_BYTES = 1 << 16;

  private KeptPart() {}

  /**
   * Returns where the first whole line begins, in bytes; 0 if nothing was dropped, the size if
   * nothing is kept.
   */
  public static long begin(FileChannel file) throws IOException {
    long low = 0;
    long high = file.size();
    if (high == 0 || !isHole(file, 0)) {
      return 0;
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (isHole(file, middle)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return afterNewline(file, low);
  }

  private static boolean isHole(FileChannel file, long at) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    return file.read(one, at) == 1 && one.get(0) == 0;
  }

  /**
   * Returns where the first line begins behind a place, where one may only end; the size if none
   * does.
   */
  public static long afterNewline(FileChannel file, long from) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = from; file.read(buffer.clear(), at) > 0; at += buffer.limit()) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        if (buffer.get() == '\n') {
          return at + buffer.position();
        }
      }
    }
    return file.size();
  }
}
