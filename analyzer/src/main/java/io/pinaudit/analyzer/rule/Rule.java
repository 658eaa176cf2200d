package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.Evidence;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import java.util.List;
import java.util.Set;

/** Watches a run for one hazard. One instance serves one run. */
public interface Rule {
  /** What it watches for; the rule's class has the hazard's name. */
  Hazard hazard();

  /**
   * What it cannot do without: sets of evidence of which one must be there whole, the best first.
   * Where none is the rule is not applicable, which is not "clean".
   */
  List<Set<Evidence>> needs();

  /** Sees one event and what it did; the ledgers have already taken it into account. */
  void observe(Moment moment, Ledgers ledgers);

  /**
   * What was found, when all events have been seen.
   *
   * @param endNanos end of the recording
   */
  Occurrences finish(long endNanos, Ledgers ledgers);
}
