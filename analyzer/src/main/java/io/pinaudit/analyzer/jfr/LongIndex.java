package io.pinaudit.analyzer.jfr;

/**
 * Numbers the keys of a table 0, 1, 2 and so on, in the order in which they come: what belongs to a
 * key stands in arrays, at the key's number. A {@code Map} would make an object for each key, and
 * for each question.
 *
 * <p>Confined to one thread.
 */
final class LongIndex {
  /** The number of a key that is not there. */
  static final int ABSENT = -1;

  private static final int FIRST_SLOTS = 16;

  /** An odd number whose bits are spread well: the golden ratio. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  /** The keys in slots, of which at most half are used; the next array has their numbers plus 1. */
  private long[] keys = new long[FIRST_SLOTS];

  private int[] numbers = new int[FIRST_SLOTS];
  private int size;

  /** Returns how many keys there are. */
  int size() {
    return size;
  }

  /** Returns the number of a key; {@link #ABSENT} if it is not there. */
  int find(long key) {
    return numbers[slot(key)] - 1;
  }

  /** Returns the number of a key, which is added if it is not there. */
  int add(long key) {
    int slot = slot(key);
    if (numbers[slot] == 0) {
      if (2 * size == keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
      numbers[slot] = ++size;
    }
    return numbers[slot] - 1;
  }

  /** Returns the slot that has a key, or the free slot where the key belongs. */
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) (key * SPREAD >>> Integer.SIZE) & mask;
    while (numbers[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    numbers = new int[keys.length];
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldNumbers[old] != 0) {
        int slot = slot(oldKeys[old]);
        keys[slot] = oldKeys[old];
        numbers[slot] = oldNumbers[old];
      }
    }
  }
}
