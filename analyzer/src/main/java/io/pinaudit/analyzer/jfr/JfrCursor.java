package io.pinaudit.analyzer.jfr;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads numbers, strings and counts from a place in one chunk on.
 *
 * <p>Numbers of more than a byte are compressed: each byte has seven bits, the lowest come first,
 * and the top bit says that more bytes follow; a ninth byte has eight bits.
 *
 * <p>The cursor takes a few thousand bytes at once from the chunk, and finds again the strings that
 * it read lately. Confined to one thread.
 *
 * @see <a href="https://github.com/openjdk/jdk/blob/master/src/hotspot/share/jfr/writers">JDK:
 *     jfrWriterHost.inline.hpp, jfrBigEndianWriter.hpp</a>
 */
final class JfrCursor {
  private static final int WINDOW_BYTES = 1 << 12;

  /** Where the eight bits of a ninth byte belong. */
  private static final int LAST_SHIFT = 56;

  private static final int RECENT_STRINGS = 1 << 10;
  private static final int LONGEST_RECENT = 256;
  private static final int LONGEST_NUMBER = 9;

  /** The top bit of every byte, which says that a number goes on. */
  private static final long ON = 0x8080808080808080L;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;

  /** A part of the chunk; a number that is cut off by the end of the chunk ends in the padding. */
  private final byte[] window = new byte[WINDOW_BYTES + LONGEST_NUMBER];

  /** The strings of one-byte characters that were read lately; the next array has their bytes. */
  private final String[] recent = new String[RECENT_STRINGS];

  private final byte[][] recentBytes = new byte[RECENT_STRINGS][];
  private int windowStart;
  private int windowEnd;
  private int position;

  JfrCursor(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Returns a cursor over the same bytes, which moves by itself. */
  JfrCursor another() {
    return new JfrCursor(bytes);
  }

  JfrCursor at(long offset) {
    if (offset < 0 || offset >= bytes.limit()) {
      throw new JfrDamage("offset " + offset + " outside its chunk of " + bytes.limit() + " bytes");
    }
    position = (int) offset;
    return this;
  }

  int position() {
    return position;
  }

  /** Goes back to a place where the cursor has been. */
  void resume(int earlier) {
    position = earlier;
  }

  byte single() {
    int at = position++;
    if (at < windowStart || at >= windowEnd) {
      fill(at);
    }
    return window[at - windowStart];
  }

  private void fill(int at) {
    int count = Math.min(WINDOW_BYTES, bytes.limit() - at);
    if (at < 0 || count <= 0) {
      throw new JfrDamage("offset " + at + " outside its chunk of " + bytes.limit() + " bytes");
    }
    bytes.get(at, window, 0, count);
    windowStart = at;
    windowEnd = at + count;
  }

  void skip(int count) {
    position += count;
  }

  long number() {
    int at = ahead();
    byte[] from = window;
    byte next = from[at++];
    long value = next & 0x7f;
    for (int shift = 7; next < 0; shift += 7) {
      next = from[at++];
      if (shift == LAST_SHIFT) {
        value |= (next & 0xffL) << shift;
        break;
      }
      value |= (next & 0x7fL) << shift;
    }
    moveTo(at);
    return value;
  }

  /** Steps over a number. */
  void skipNumber() {
    int at = ahead();
    int last = at + LONGEST_NUMBER - 1;
    while (window[at] < 0 && at < last) {
      at++;
    }
    moveTo(at + 1);
  }

  /** Returns where in the window the next number stands, all of it. */
  private int ahead() {
    int at = position - windowStart;
    if (at >= 0 && at <= windowEnd - windowStart - LONGEST_NUMBER) {
      return at;
    }
    if (at < 0 || position >= windowEnd || windowEnd < bytes.limit()) {
      fill(position);
    }
    return position - windowStart;
  }

  /** Moves on to a place of the window, which was read up to there. */
  private void moveTo(int at) {
    position = windowStart + at;
    if (position > windowEnd) {
      throw new JfrDamage("number before offset " + position + " is cut off by the chunk's end");
    }
  }

  /**
   * Reads a count. Each counted thing takes at least one byte, so a count that is larger than the
   * rest of the chunk is damage.
   */
  int count() {
    long count = number();
    if (count < 0 || count > bytes.limit() - position) {
      throw new JfrDamage("count " + count + " before offset " + position + " exceeds the chunk");
    }
    return (int) count;
  }

  /**
   * Reads a string: null, empty, a reference to the pool of strings, or characters in one of three
   * codes.
   */
  String string(JfrPools pools) {
    int encoding = single();
    return switch (encoding) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> pools.string(number());
      case 3 -> text(StandardCharsets.UTF_8);
      case 4 -> characters();
      case 5 -> text(StandardCharsets.ISO_8859_1);
      default -> throw new JfrDamage("string encoding " + encoding + " at offset " + position);
    };
  }

  void skipString() {
    int encoding = single();
    switch (encoding) {
      case 0, 1 -> {}
      case 2 -> skipNumber();
      case 3, 5 -> skip(count());
      case 4 -> skipNumbers(count());
      default -> throw new JfrDamage("string encoding " + encoding + " at offset " + position);
    }
  }

  private void skipNumbers(int count) {
    for (int left = count; left > 0; left--) {
      int ones = oneByteNumbers(left);
      left -= ones;
      position += ones;
      if (left > 0) {
        skipNumber();
      }
    }
  }

  /** Returns how many of the next numbers are of one byte each, as far as the window shows. */
  private int oneByteNumbers(int most) {
    if (position < windowStart || position >= windowEnd) {
      return 0;
    }
    int from = position - windowStart;
    int to = (int) Math.min(windowEnd - windowStart, (long) from + most);
    int at = from;
    while (at <= to - Long.BYTES && ((long) EIGHT.get(window, at) & ON) == 0) {
      at += Long.BYTES;
    }
    while (at < to && window[at] >= 0) {
      at++;
    }
    return at - from;
  }

  private String text(Charset charset) {
    byte[] text = new byte[count()];
    bytes.get(position, text);
    position += text.length;
    return new String(text, charset);
  }

  private String characters() {
    int length = count();
    if (length > 0 && length <= LONGEST_RECENT) {
      if (position < windowStart || position + length > windowEnd) {
        fill(position);
      }
      if (oneByteNumbers(length) == length) {
        return recent(length);
      }
    }
    char[] text = new char[length];
    for (int i = 0; i < length; i++) {
      text[i] = (char) number();
    }
    return new String(text);
  }

  private String recent(int length) {
    int from = position - windowStart;
    int to = from + length;
    position += length;
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + window[i];
    }
    int slot = (hash ^ hash >>> 16) & RECENT_STRINGS - 1;
    byte[] known = recentBytes[slot];
    if (known == null || !Arrays.equals(known, 0, known.length, window, from, to)) {
      recentBytes[slot] = Arrays.copyOfRange(window, from, to);
      recent[slot] = new String(recentBytes[slot], StandardCharsets.ISO_8859_1);
    }
    return recent[slot];
  }
}
