package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Ledgers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the findings of all rules and numbers them by rule, and within a rule by time. */
public final class Findings {
  private Findings() {}

  /**
   * Returns all findings of a run, or of what was observed of it so far.
   *
   * @param endNanos end of the recording or the present, in nanoseconds of the timeline
   */
  public static List<Finding> of(List<Rule> rules, long endNanos, Ledgers ledgers) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Integer> fingerprints = new HashMap<>();
    for (Rule rule : rules) {
      for (Occurrences.Group group : rule.occurrences(endNanos, ledgers).groups()) {
        String print = group.fingerprint(rule.hazard());
        int same = fingerprints.merge(print, 1, Integer::sum);
        findings.add(
            group.finding(
                "F" + (findings.size() + 1),
                rule.hazard(),
                same == 1 ? print : print + "-" + same));
      }
    }
    return List.copyOf(findings);
  }
}
