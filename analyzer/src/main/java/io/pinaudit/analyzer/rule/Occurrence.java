package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Actor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance and what makes it the same finding as another: the two lines of code.
 *
 * @param pinnedAt site that took the pin
 * @param actedAt site that freed, reused or waited
 * @param severity of this occurrence
 * @param certainty of this occurrence
 * @param instance the occurrence itself
 */
record Occurrence(
    Actor.Site pinnedAt,
    Actor.Site actedAt,
    Severity severity,
    Certainty certainty,
    Finding.Instance instance) {
  private record Key(
      Actor.Site pinnedAt, Actor.Site actedAt, Severity severity, Certainty certainty) {}

  /** One finding for all occurrences through the same lines, in the order of the first of each. */
  static List<Finding> merge(String rule, List<Occurrence> occurrences) {
    Map<Key, List<Finding.Instance>> merged = new LinkedHashMap<>();
    for (Occurrence one : occurrences) {
      merged
          .computeIfAbsent(
              new Key(one.pinnedAt, one.actedAt, one.severity, one.certainty),
              _ -> new ArrayList<>())
          .add(one.instance);
    }
    return merged.entrySet().stream()
        .map(
            entry ->
                new Finding(
                    rule,
                    entry.getKey().severity(),
                    entry.getKey().certainty(),
                    List.copyOf(entry.getValue())))
        .toList();
  }
}
