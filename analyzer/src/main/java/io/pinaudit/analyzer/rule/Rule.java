package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Sight;
import java.util.List;
import java.util.Optional;

/** Watches a run for one hazard. One instance serves one run. */
public interface Rule {
  /** What it watches for; the rule's class has the hazard's name. */
  Hazard hazard();

  /**
   * What it can be applied on, the best first. Where none of them is there the rule is not
   * applicable, which is not "clean".
   */
  List<Basis> bases();

  /**
   * Why what it is about cannot have happened in a run, whatever was seen of it: a clause for
   * people; empty if it can have.
   */
  default Optional<String> ruledOut(Sight sight) {
    return Optional.empty();
  }

  /**
   * Sees one event and what it did; the ledgers have already taken it into account. The beginning
   * and end of a system call, which are most of a trace, are not shown to rules: the ledgers know
   * which call a thread is in.
   */
  void observe(Moment moment, Ledgers ledgers);

  /**
   * What was found, when all events have been seen.
   *
   * @param endNanos end of the recording
   */
  Occurrences finish(long endNanos, Ledgers ledgers);
}
