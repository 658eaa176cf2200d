package io.pinaudit.analyzer.ftrace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Compares eight bytes of a text at once. They are the bytes of a long, the first one in its lowest
 * bits. Each result has the top bit set of every byte that matches.
 */
final class EightBytes {
  /** The top bit of every byte. */
  static final long ALL = 0x8080808080808080L;

  private static final long ONES = 0x0101010101010101L;
  private static final long LOW_BITS = ~ALL;
  private static final long ABOVE_NINE = 0x7676767676767676L; // 0x80 - 10

  /** Multiplied by the top bit of a byte, it has the index of that byte in its uppermost byte. */
  private static final long INDEXES = 0x0001020304050607L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private EightBytes() {}

  static long at(byte[] text, int from) {
    return (long) LONGS.get(text, from);
  }

  /** Finds the bytes that are this ASCII character. */
  static long are(char c, long bytes) {
    long other = bytes ^ ONES * c;
    return ~((other & LOW_BITS) + LOW_BITS | other) & ALL;
  }

  /** Finds the bytes that are decimal digits. */
  static long areDigits(long bytes) {
    long value = bytes ^ ONES * '0';
    return ~((value & LOW_BITS) + ABOVE_NINE | value) & ALL;
  }

  /** Returns whether each byte is a decimal digit or a blank. */
  static boolean areDigitsAndBlanks(long bytes) {
    return (areDigits(bytes) | are(' ', bytes)) == ALL;
  }

  /**
   * Returns how many bytes come before the first match: the top byte of a product. C1 has no
   * instruction that counts trailing zeros, and it compiles most of the code that runs for a
   * report.
   */
  static int first(long found) {
    return (int) (((found & -found) >>> 7) * INDEXES >>> Long.SIZE - Byte.SIZE);
  }

  /** Returns how many bytes come after the last match. */
  static int afterLast(long found) {
    return Long.numberOfLeadingZeros(found) / Byte.SIZE;
  }
}
