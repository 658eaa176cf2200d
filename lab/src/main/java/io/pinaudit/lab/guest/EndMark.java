package io.pinaudit.lab.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The bytes that mark the end of a stream, because a virtio-serial port does not show that the
 * guest has closed it.
 *
 * <p>They are random for each guest, so that no output of a command contains them.
 */
final class EndMark {
  private static final int RANDOM_BYTES = 16;

  private final byte[] mark;

  private EndMark(String mark) {
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
  }

  static EndMark random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new EndMark("<end " + HexFormat.of().formatHex(bytes) + ">");
  }

  static EndMark of(String mark) {
    return new EndMark(mark);
  }

  /** Returns the mark as the guest prints it. */
  String text() {
    return new String(mark, StandardCharsets.US_ASCII);
  }

  /**
   * Copies a stream up to the mark, and flushes what has arrived. Nothing may follow the mark.
   *
   * @return whether the mark came; if not, the stream ended before it
   */
  boolean copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int held = 0;
    int read;
    while ((read = in.read(buffer, held, buffer.length - held)) >= 0) {
      int filled = held + read;
      if (endsWithMark(buffer, filled)) {
        pass(out, buffer, filled - mark.length);
        return true;
      }
      held = unfinishedMark(buffer, filled);
      pass(out, buffer, filled - held);
      System.arraycopy(buffer, filled - held, buffer, 0, held);
    }
    pass(out, buffer, held);
    return false;
  }

  private static void pass(OutputStream out, byte[] buffer, int length) throws IOException {
    if (length > 0) {
      out.write(buffer, 0, length);
      out.flush();
    }
  }

  private boolean endsWithMark(byte[] buffer, int filled) {
    return filled >= mark.length && matches(buffer, filled, mark.length);
  }

  /** Returns how many of the last bytes may be the beginning of the mark. */
  private int unfinishedMark(byte[] buffer, int filled) {
    int length = Math.min(filled, mark.length - 1);
    while (length > 0 && !matches(buffer, filled, length)) {
      length--;
    }
    return length;
  }

  private boolean matches(byte[] buffer, int filled, int length) {
    return Arrays.equals(buffer, filled - length, filled, mark, 0, length);
  }
}
