package io.pinaudit.fleet.report;

import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;

/** Counts the runs of one application in which one rule could judge everything. */
final class CompleteRuns {
  /** Nothing was judged. */
  static final CompleteRuns NONE = new CompleteRuns();

  private final TreeMap<LocalDate, Long> before = new TreeMap<>();
  private long since;

  void add(LocalDate day, boolean isSince) {
    if (isSince) {
      since++;
    } else {
      before.merge(day, 1L, Long::sum);
    }
  }

  /** Those since. */
  long since() {
    return since;
  }

  /** Those before. */
  long before() {
    return sum(before);
  }

  /** Those before, but after a day. */
  long beforeBut(LocalDate day) {
    return sum(before.tailMap(day, false));
  }

  private static long sum(Map<LocalDate, Long> days) {
    return days.values().stream().mapToLong(Long::longValue).sum();
  }
}
