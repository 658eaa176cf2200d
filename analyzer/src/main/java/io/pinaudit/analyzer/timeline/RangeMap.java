package io.pinaudit.analyzer.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Values of ranges of numbers; a later range replaces what it covers of earlier ones.
 *
 * @param <V> value of a whole range
 */
final class RangeMap<V> {
  /**
   * A value and the range it was put with, which lookups may see only a part of.
   *
   * @param start first number of the range as it was put
   */
  record Entry<V>(long start, long end, V value) {}

  /** Visible part by its first number; an entry keeps the start it was put with. */
  private final NavigableMap<Long, Entry<V>> entries = new TreeMap<>();

  private final NavigableMap<Long, Long> ends = new TreeMap<>();

  void put(long start, long length, V value) {
    long end = start + length;
    clear(start, end);
    entries.put(start, new Entry<>(start, end, value));
    ends.put(start, end);
  }

  /** The entry that covers a number, or null. */
  Entry<V> get(long number) {
    Map.Entry<Long, Long> part = ends.floorEntry(number);
    return part == null || number >= part.getValue() ? null : entries.get(part.getKey());
  }

  /** The visible parts of entries that lie in a range, cut to it. */
  List<Entry<V>> parts(long start, long end) {
    List<Entry<V>> parts = new ArrayList<>();
    Long first = ends.floorKey(start);
    for (Map.Entry<Long, Long> part :
        ends.subMap(first == null ? start : first, true, end, false).entrySet()) {
      long from = Math.max(start, part.getKey());
      long to = Math.min(end, part.getValue());
      if (from < to) {
        parts.add(new Entry<>(from, to, entries.get(part.getKey()).value()));
      }
    }
    return parts;
  }

  void clear(long start, long end) {
    splitAt(start);
    splitAt(end);
    entries.subMap(start, end).clear();
    ends.subMap(start, end).clear();
  }

  private void splitAt(long number) {
    Map.Entry<Long, Long> part = ends.lowerEntry(number);
    if (part != null && part.getValue() > number) {
      entries.put(number, entries.get(part.getKey()));
      ends.put(number, part.getValue());
      ends.put(part.getKey(), number);
    }
  }
}
