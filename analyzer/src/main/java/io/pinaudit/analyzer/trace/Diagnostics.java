package io.pinaudit.analyzer.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reader could not use, counted by kind; the first few of each kind are kept whole.
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

  /** Counts a well-formed event that nobody here has a use for. */
  public void ignore(String event) {
    ignore(event, 1);
  }

  /** Counts well-formed events that nobody here has a use for. */
  public void ignore(String event, long count) {
    count(ignored, event, count);
  }

  /** Counts an operation that no table has: what it does to memory is taken to be the worst. */
  public void unknown(Operation operation) {
    count(unknown, operation.name(), 1);
  }

  private static void count(Map<String, Long> counts, String name, long count) {
    if (counts.size() < MOST_NAMES || counts.containsKey(name)) {
      counts.merge(name, count, Long::sum);
    }
  }

  /** Events without use by name, the first thousand names. */
  public Map<String, Long> ignored() {
    return Collections.unmodifiableMap(ignored);
  }

  /** Unknown operations by name, the first thousand names. */
  public Map<String, Long> unknownOperations() {
    return Collections.unmodifiableMap(unknown);
  }

  /** The first few, as {@code file:line: error: …}. */
  public List<String> shown() {
    return List.copyOf(shown);
  }

  /** How many there are of all kinds. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Cut to a readable length, control characters as question marks. */
  private static String printable(String text) {
    String cut =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
