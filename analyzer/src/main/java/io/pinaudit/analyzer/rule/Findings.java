package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Ledgers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers what the rules found: in their order, and each rule's in order of time. */
public final class Findings {
  private Findings() {}

  /**
   * All findings of a run.
   *
   * @param endNanos end of the recording
   */
  public static List<Finding> of(List<Rule> rules, long endNanos, Ledgers ledgers) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Integer> fingerprints = new HashMap<>();
    for (Rule rule : rules) {
      for (Occurrences.Group group : rule.finish(endNanos, ledgers).groups()) {
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
