package io.pinaudit.analyzer.jfr;

/**
 * Sorts places by their keys, and keeps equal keys in their order: it merges the parts that ascend
 * already. A recording has few such parts, because each thread writes its events one by one.
 */
final class StableOrder {
  private final long[] keys;
  private final int[] ends; // of the ascending parts
  private int parts;
  private int[] order;
  private int[] merged;

  private StableOrder(long[] keys, int size) {
    this.keys = keys;
    this.order = new int[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      order[i] = i;
      count += endsPart(i + 1, size) ? 1 : 0;
    }
    this.ends = new int[count];
    for (int i = 1; i <= size; i++) {
      if (endsPart(i, size)) {
        ends[parts++] = i;
      }
    }
  }

  /** Returns the places 0 to {@code size - 1} in the ascending order of their keys. */
  static int[] of(long[] keys, int size) {
    StableOrder sort = new StableOrder(keys, size);
    if (sort.parts > 1) {
      sort.merged = new int[size];
    }
    while (sort.parts > 1) {
      sort.mergePairs();
    }
    return sort.order;
  }

  private boolean endsPart(int end, int size) {
    return end == size || keys[end] < keys[end - 1];
  }

  private void mergePairs() {
    int from = 0;
    int left = 0;
    for (int part = 0; part < parts; part += 2) {
      int middle = ends[part];
      int end = part + 1 < parts ? ends[part + 1] : middle;
      merge(from, middle, end);
      ends[left++] = end;
      from = end;
    }
    parts = left;
    int[] sorted = merged;
    merged = order;
    order = sorted;
  }

  private void merge(int from, int middle, int end) {
    int left = from;
    int right = middle;
    for (int to = from; to < end; to++) {
      boolean takesLeft = right == end || left < middle && keys[order[left]] <= keys[order[right]];
      merged[to] = takesLeft ? order[left++] : order[right++];
    }
  }
}
