package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** A few names as bytes, found by a hash that is made while they are read, and counted. */
final class EventNames {
  private static final int FACTOR = 31;

  private final byte[][] names;
  private final long[] counts;
  private final int[] slots; // index of a name + 1, 0 if free; a power of two of them

  EventNames(Collection<String> names) {
    this.names =
        names.stream()
            .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
    this.counts = new long[this.names.length];
    this.slots = new int[Integer.highestOneBit(4 * this.names.length + 4)];
    for (int i = 0; i < this.names.length; i++) {
      int hash = 0;
      for (byte c : this.names[i]) {
        hash = hash(hash, c);
      }
      int slot = slot(hash);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i + 1;
    }
  }

  /** The hash after one more byte. */
  static int hash(int hash, byte c) {
    return FACTOR * hash + c;
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 15) & slots.length - 1;
  }

  /** The number of a name, or -1. */
  int find(byte[] text, int from, int to, int hash) {
    for (int slot = slot(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
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

  /** How often each was counted, without those that never were. */
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
