package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Hazard;
import java.util.List;
import java.util.Map;

/**
 * How much of the run was seen, rule by rule.
 *
 * @param completeness the answer
 * @param reasons why it is not complete, one line each
 * @param notes what else was not seen, and is no doubt to any rule that was asked for; and guesses
 * @param rules how far each rule that was asked for could be applied, in the order of a report
 */
public record Verdict(
    Completeness completeness,
    List<String> reasons,
    List<String> notes,
    Map<Hazard, Applied> rules) {
  /** Whether "nothing found" means that nothing was there. */
  public enum Completeness {
    /** Every rule was applied, or ruled out. */
    COMPLETE,
    /** Rules were applied, but something is missing. */
    PARTIAL,
    /** No rule could be applied. */
    INCONCLUSIVE
  }

  static Completeness completeness(Map<Hazard, Applied> rules) {
    if (rules.values().stream().allMatch(Applied::conclusive)) {
      return Completeness.COMPLETE;
    }
    return rules.values().stream().anyMatch(one -> !(one instanceof Applied.NotAtAll))
        ? Completeness.PARTIAL
        : Completeness.INCONCLUSIVE;
  }
}
