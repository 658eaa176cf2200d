package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Hazard;
import java.util.List;
import java.util.Map;

/**
 * Says how much of the run was seen, for each rule.
 *
 * @param completeness how much was seen, in one word
 * @param reasons why the verdict is not complete, one line each
 * @param notes guesses, and what else was not seen but makes no rule that was asked for less sure;
 *     one line each
 * @param rules how far each rule that was asked for could be applied, in the order of a report
 */
public record Verdict(
    Completeness completeness,
    List<String> reasons,
    List<String> notes,
    Map<Hazard, Applied> rules) {
  /** The verdict on a run that goes on. */
  static final Verdict GOES_ON =
      new Verdict(Completeness.PARTIAL, List.of("the run goes on"), List.of(), Map.of());

  /** Says whether the hazards surely did not happen if the rules found nothing. */
  public enum Completeness {
    /** Every rule was applied, or its hazard was ruled out. */
    COMPLETE,
    /** Rules were applied, but some evidence is missing. */
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
