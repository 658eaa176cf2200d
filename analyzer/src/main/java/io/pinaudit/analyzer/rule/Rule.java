package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Sight;
import java.util.List;
import java.util.Optional;

/**
 * Watches one run for one hazard. Each run needs a new instance. Confined to the thread that feeds
 * the timeline.
 */
public interface Rule {
  /**
   * Returns the hazard that the rule watches for, whose name is the simple name of the rule's
   * class.
   */
  Hazard hazard();

  /**
   * Returns the sets of evidence that the rule can be applied on, the best first. If a run has none
   * of them, the rule is not applicable, which does not mean that the run is clean.
   */
  List<Basis> bases();

  /**
   * Returns whether the rule judges what happens to page frames, so that it has something to judge
   * in a share of a run that has some of the frames and none of the calls.
   */
  default boolean judgesFrames() {
    return true;
  }

  /**
   * Returns a clause for people that says why the hazard cannot have happened in a run; empty if it
   * can have happened.
   */
  default Optional<String> ruledOut(Sight sight) {
    return Optional.empty();
  }

  /**
   * Observes one event and its effects; the ledgers already include the event.
   *
   * <p>Rules do not see the beginnings and ends of system calls, which are most of a trace: the
   * ledgers know which call each thread is in.
   */
  void observe(Moment moment, Ledgers ledgers);

  /**
   * Returns lines for people about what the rule has seen and is no finding.
   *
   * @param startNanos the beginning of the recording, in nanoseconds of the timeline
   */
  default List<String> notes(long startNanos, Ledgers ledgers) {
    return List.of();
  }

  /**
   * Returns what the rule has found in the events that it has observed, as if the recording ended
   * now: what has ended, and what began by now and lasts. The rule stays as it is, and may go on to
   * observe.
   *
   * @param nowNanos the end of the recording, or a moment not long ago after which nothing that
   *     lasts is told yet, in nanoseconds of the timeline
   */
  Occurrences occurrences(long nowNanos, Ledgers ledgers);
}
