package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of the run was seen.
 *
 * @param completeness the answer
 * @param reasons why it is not complete, one line each
 * @param notApplicable hazards whose rules could not be applied, and the evidence they lack
 */
public record Verdict(
    Completeness completeness, List<String> reasons, Map<Hazard, Set<Evidence>> notApplicable) {
  /** Whether "nothing found" means that nothing was there. */
  public enum Completeness {
    /** Everything that the rules need was seen. */
    COMPLETE,
    /** Rules were applied, but something is missing. */
    PARTIAL,
    /** No rule could be applied. */
    INCONCLUSIVE
  }
}
