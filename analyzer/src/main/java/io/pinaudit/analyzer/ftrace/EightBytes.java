package io.pinaudit.analyzer.ftrace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of a text looked at at once, the first of them in the lowest bits of a long. What is
 * found is the top bit of each byte.
 */
final class EightBytes {
  /** The top bit of every byte. */
  static final long ALL = 0x8080808080808080L;

  private static final long ONES = 0x0101010101010101L;
  private static final long LOW_BITS = ~ALL;
  private static final long ABOVE_NINE = 0x7676767676767676L; // 0x80 - 10

  /** Shifted left by a byte's place, it has the number of that byte at the top. */
  private static final long INDEXES = 0x0001020304050607L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private EightBytes() {}

  static long at(byte[] text, int from) {
    return (long) LONGS.get(text, from);
  }

  /** Which bytes are this ASCII character. */
  static long are(char c, long bytes) {
    long other = bytes ^ ONES * c;
    return ~((other & LOW_BITS) + LOW_BITS | other) & ALL;
  }

  /** Which bytes are decimal digits. */
  static long areDigits(long bytes) {
    long value = bytes ^ ONES * '0';
    return ~((value & LOW_BITS) + ABOVE_NINE | value) & ALL;
  }

  /** Whether each byte is a decimal digit or a blank. */
  static boolean areDigitsAndBlanks(long bytes) {
    return (areDigits(bytes) | are(' ', bytes)) == ALL;
  }

  /**
   * How many bytes come before the first that was found: the top byte of a product. C1 has no
   * instruction for trailing zeros, and most of a report is compiled by it.
   */
  static int first(long found) {
    return (int) (((found & -found) >>> 7) * INDEXES >>> Long.SIZE - Byte.SIZE);
  }

  /** How many bytes come after the last that was found. */
  static int afterLast(long found) {
    return Long.numberOfLeadingZeros(found) / Byte.SIZE;
  }
}
