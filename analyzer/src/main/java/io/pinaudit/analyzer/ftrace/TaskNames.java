package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;

/**
 * The names of threads as strings, each of which is made once and not for every line. Confined to
 * one thread.
 */
final class TaskNames {
  private static final int SLOTS = 1 << 10;

  private final String[] names = new String[SLOTS];

  /** The padded column of each name: two longs of eight bytes each. */
  private final long[] columns = new long[2 * SLOTS];

  /** Returns the name in the sixteen bytes from a place on, without the padding. */
  String name(byte[] text, int from, int tid) {
    long first = EightBytes.at(text, from);
    long second = EightBytes.at(text, from + Long.BYTES);
    int slot = tid & SLOTS - 1;
    if (names[slot] == null || columns[2 * slot] != first || columns[2 * slot + 1] != second) {
      names[slot] = new String(text, from, 2 * Long.BYTES, StandardCharsets.ISO_8859_1).strip();
      columns[2 * slot] = first;
      columns[2 * slot + 1] = second;
    }
    return names[slot];
  }
}
