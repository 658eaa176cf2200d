package io.pinaudit.analyzer.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pieces of input that a reader could not use, counted by kind. The first few of each kind are
 * kept whole.
 *
 * <p>Confined to one thread.
 */
public final class Diagnostics {
  private static final int SHOWN_PER_KIND = 3;
  private static final int SHOWN_CHARACTERS = 160;
  private static final int MOST_NAMES = 1000;

  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<String> shown = new ArrayList<>();
  private final Map<String, Long> ignored = new TreeMap<>();
  private final Map<String, Long> unknown = new TreeMap<>();

  /** Counts one unusable piece of input. */
  public void add(Source source, String kind, String text) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (count <= SHOWN_PER_KIND) {
      shown.add(source + ": error: " + kind + (text.isEmpty() ? "" : ": " + printable(text)));
    }
  }

  /** Counts a well-formed event that the analyzer has no use for. */
  public void ignore(String event) {
    ignore(event, 1);
  }

  /** Counts well-formed events that the analyzer has no use for. */
  public void ignore(String event, long count) {
    count(ignored, event, count);
  }

  /**
   * Counts an operation that is in no table. The analyzer assumes the worst of what such an
   * operation does to memory.
   */
  public void unknown(Operation operation) {
    count(unknown, operation.name(), 1);
  }

  private static void count(Map<String, Long> counts, String name, long count) {
    if (counts.size() < MOST_NAMES || counts.containsKey(name)) {
      counts.merge(name, count, Long::sum);
    }
  }

  /** Returns the numbers of events without use by name, for the first thousand names. */
  public Map<String, Long> ignored() {
    return Collections.unmodifiableMap(ignored);
  }

  /** Returns the numbers of unknown operations by name, for the first thousand names. */
  public Map<String, Long> unknownOperations() {
    return Collections.unmodifiableMap(unknown);
  }

  /** Returns the pieces that were kept whole, as {@code file:line: error: …}. */
  public List<String> shown() {
    return List.copyOf(shown);
  }

  /** Returns the number of unusable pieces of all kinds. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns a text cut to a readable length, with question marks for control characters. */
  private static String printable(String text) {
    String cut =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
