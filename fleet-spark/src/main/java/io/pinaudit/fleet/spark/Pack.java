package io.pinaudit.fleet.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What one task does: one large timeline, or many small ones, since a task itself takes as long as
 * a few small audits.
 *
 * @param items in the order in which their results are wanted
 */
record Pack<T>(List<T> items) implements Serializable {
  private static final int MOST_ITEMS = 32;
  private static final long ENOUGH_BYTES = 16L << 20;

  /** The number of packs for each processor, so that all of them end at about the same time. */
  private static final int SHARE = 4;

  /** Packs all items. */
  static <T> List<Pack<T>> of(List<T> items, ToLongFunction<T> bytes, int processors) {
    int most = Math.clamp(items.size() / ((long) SHARE * processors), 1, MOST_ITEMS);
    List<Pack<T>> packs = new ArrayList<>();
    int from = 0;
    while (from < items.size()) {
      int to = from;
      long sum = 0;
      while (to < items.size() && to - from < most && sum < ENOUGH_BYTES) {
        sum += bytes.applyAsLong(items.get(to));
        to++;
      }
      packs.add(new Pack<>(new ArrayList<>(items.subList(from, to))));
      from = to;
    }
    return packs;
  }

  /** Returns a pack for each item. */
  List<Pack<T>> singles() {
    return items.stream().map(item -> new Pack<>(new ArrayList<>(List.of(item)))).toList();
  }
}
