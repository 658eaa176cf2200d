package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of a few names as bytes, with a count for each. It hashes a name by its length, its
 * beginning and its end.
 */
final class EventNames {
  private static final long BEGINNING = 0x9e3779b97f4a7c15L;
  private static final long END = 0xc2b2ae3d27d4eb4fL;
  private static final int SHIFT = 40;

  private final byte[][] names;
  private final long[] counts;
  private final int[] slots; // index of a name + 1, 0 if free; the length is a power of two

  EventNames(Collection<String> names) {
    this.names =
        names.stream()
            .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
    this.counts = new long[this.names.length];
    this.slots = new int[Integer.highestOneBit(4 * this.names.length + 4)];
    for (int i = 0; i < this.names.length; i++) {
      byte[] name = this.names[i];
      int slot = slot(Arrays.copyOf(name, name.length + Long.BYTES), 0, name.length);
      while (slots[slot] != 0) {
        slot = next(slot);
      }
      slots[slot] = i + 1;
    }
  }

  private int slot(byte[] text, int from, int length) {
    long beginning = EightBytes.at(text, from);
    long key =
        length >= Long.BYTES
            ? beginning * BEGINNING + EightBytes.at(text, from + length - Long.BYTES) * END
            : (beginning & (1L << Byte.SIZE * length) - 1) * BEGINNING;
    return (int) (key + length >>> SHIFT) & slots.length - 1;
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }

  /**
   * Returns the number of a name; -1 if it is not in the set. The array must have eight bytes more
   * behind the text.
   */
  int find(byte[] text, int from, int to) {
    for (int slot = slot(text, from, to - from); slots[slot] != 0; slot = next(slot)) {
      byte[] name = names[slots[slot] - 1];
      if (Arrays.equals(name, 0, name.length, text, from, to)) {
        return slots[slot] - 1;
      }
    }
    return -1;
  }

  void count(int name, long more) {
    counts[name] += more;
  }

  /** Returns the count of each name whose count is not 0. */
  Map<String, Long> counts() {
    Map<String, Long> counted = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      if (counts[i] != 0) {
        counted.put(new String(names[i], StandardCharsets.ISO_8859_1), counts[i]);
      }
    }
    return counted;
  }
}
