package io.pinaudit.analyzer.jfr;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A place in one chunk, and the numbers, strings and counts that stand there.
 *
 * <p>Numbers of more than a byte are compressed: seven bits a byte, the lowest first, the top bit
 * telling that more follow; a ninth byte has eight. Confined to one thread.
 *
 * @see <a href="https://github.com/openjdk/jdk/blob/master/src/hotspot/share/jfr/writers">JDK:
 *     jfrWriterHost.inline.hpp, jfrBigEndianWriter.hpp</a>
 */
final class JfrCursor {
  private final ByteBuffer bytes;
  private int position;

  JfrCursor(ByteBuffer bytes) {
    this.bytes = bytes;
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
    return bytes.get(position++);
  }

  void skip(int count) {
    position += count;
  }

  long number() {
    byte first = bytes.get(position++);
    return first >= 0 ? first : rest(first);
  }

  private long rest(byte first) {
    long value = first & 0x7f;
    for (int shift = 7; shift < 56; shift += 7) {
      byte next = bytes.get(position++);
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return value | (bytes.get(position++) & 0xffL) << 56;
  }

  /** How many things follow: each takes at least a byte, so more than are left is damage. */
  int count() {
    long count = number();
    if (count < 0 || count > bytes.limit() - position) {
      throw new JfrDamage("count " + count + " before offset " + position + " exceeds the chunk");
    }
    return (int) count;
  }

  /**
   * A string: null, empty, a reference to the pool of strings, or characters in one of three codes.
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
      case 2 -> number();
      case 3, 5 -> skip(count());
      case 4 -> characters();
      default -> throw new JfrDamage("string encoding " + encoding + " at offset " + position);
    }
  }

  private String text(Charset charset) {
    byte[] text = new byte[count()];
    bytes.get(position, text);
    position += text.length;
    return new String(text, charset);
  }

  private String characters() {
    char[] text = new char[count()];
    for (int i = 0; i < text.length; i++) {
      text[i] = (char) number();
    }
    return new String(text);
  }
}
