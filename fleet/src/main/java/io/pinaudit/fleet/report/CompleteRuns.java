package io.pinaudit.fleet.report;

import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;

/** Counts the runs of one application that one rule could judge completely. */
final class CompleteRuns {
  /** The counts if no run was judged. */
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

  /** Returns the number of such runs since the dividing day or release. */
  long since() {
    return since;
  }

  /** Returns the number of such runs before the dividing day or release. */
  long before() {
    return sum(before);
  }

  /** Returns the number of such runs before the dividing day or release, but after another day. */
  long beforeBut(LocalDate day) {
    return sum(before.tailMap(day, false));
  }

  private static long sum(Map<LocalDate, Long> days) {
    return days.values().stream().mapToLong(Long::longValue).sum();
  }
}
