package io.pinaudit.analyzer.timeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Maps ranges of numbers to values; a later range replaces what it covers of earlier ranges.
 *
 * @param <V> value of a whole range
 */
final class RangeMap<V> {
  /**
   * A value and the range that it was put with. Later ranges may have replaced a part of it.
   *
   * @param start first number of the range as it was put
   */
  record Entry<V>(long start, long end, V value) {}

  /** The visible part of an entry, up to an end. */
  private record Part<V>(long end, Entry<V> entry) {}

  /** The visible parts by their first number. */
  private final NavigableMap<Long, Part<V>> parts = new TreeMap<>();

  /** Puts a value; returns what {@link #clear} does. */
  List<Entry<V>> put(long start, long length, V value) {
    long end = start + length;
    List<Entry<V>> replaced = clear(start, end);
    parts.put(start, new Part<>(end, new Entry<>(start, end, value)));
    return replaced;
  }

  /** Returns the entry that covers a number, or null. */
  Entry<V> get(long number) {
    Map.Entry<Long, Part<V>> part = parts.floorEntry(number);
    return part == null || number >= part.getValue().end() ? null : part.getValue().entry();
  }

  /** Returns the visible parts of the entries in a range, cut to the range. */
  List<Entry<V>> parts(long start, long end) {
    List<Entry<V>> found = new ArrayList<>();
    Map.Entry<Long, Part<V>> part = parts.floorEntry(start);
    part = part == null ? parts.higherEntry(start) : part;
    while (part != null && part.getKey() < end) {
      long from = Math.max(start, part.getKey());
      long to = Math.min(end, part.getValue().end());
      if (from < to) {
        found.add(new Entry<>(from, to, part.getValue().entry().value()));
      }
      part = parts.higherEntry(part.getKey());
    }
    return found;
  }

  /** Frees a range; returns the parts that were visible in it, cut to the range, last one first. */
  List<Entry<V>> clear(long start, long end) {
    List<Entry<V>> cleared = Collections.emptyList();
    Map.Entry<Long, Part<V>> last = parts.lowerEntry(end);
    while (last != null && last.getValue().end() > start) {
      cleared = cleared.isEmpty() ? new ArrayList<>(1) : cleared;
      cleared.add(cut(last.getKey(), last.getValue(), start, end));
      last = parts.lowerEntry(last.getKey());
    }
    return cleared;
  }

  /** Cuts a range out of a part that meets it; returns what was cut out. */
  private Entry<V> cut(long first, Part<V> part, long start, long end) {
    if (first < start) {
      parts.put(first, new Part<>(start, part.entry()));
    } else {
      parts.remove(first);
    }
    if (part.end() > end) {
      parts.put(end, part);
    }
    return new Entry<>(Math.max(first, start), Math.min(part.end(), end), part.entry().value());
  }
}
