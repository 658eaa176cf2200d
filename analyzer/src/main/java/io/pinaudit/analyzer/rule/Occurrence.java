package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One instance and what makes it the same finding as another: the two lines of code.
 *
 * @param holder site that pinned, mapped or transferred
 * @param culprit site that freed, unmapped, waited
 * @param instance the occurrence itself
 */
record Occurrence(Actor.Site holder, Actor.Site culprit, Finding.Instance instance) {
  /**
   * Something was done to blocks while pins on them lived.
   *
   * @param pinned where the pinned pages are
   * @param acts what was done, in order of time; the first names the culprit, and from the last on
   *     it is wrong
   */
  static Occurrence whilePinned(
      Severity severity,
      PinGroup pins,
      Place pinned,
      List<Step> acts,
      long endNanos,
      Ledgers ledgers) {
    Stamp drop = pins.lastDrop();
    Stamp began = acts.getLast().stamp();
    List<Step> steps = new ArrayList<>();
    steps.add(Steps.pinned(pins, pinned));
    steps.addAll(acts);
    Steps.dropped(pins).ifPresent(steps::add);
    steps.addAll(Steps.mapped(pins));
    Set<Doubt> doubts = pins.doubts(ledgers);
    if (drop != null && drop.nanos() - began.nanos() < Timeline.UNCERTAINTY_NANOS) {
      doubts.add(Doubt.CLOCKS);
    }
    return new Occurrence(
        pins.holder().site(),
        acts.getFirst().actor().site(),
        Finding.Instance.of(severity, Certainty.CONFIRMED, pinned, began)
            .doubts(doubts)
            .steps(steps)
            .lasted((drop == null ? endNanos : drop.nanos()) - began.nanos(), drop != null)
            .ambiguous(pins.ambiguous())
            .build());
  }

  /** The same, with another doubt. */
  Occurrence with(Doubt doubt) {
    Set<Doubt> doubts = new HashSet<>(instance.doubts());
    doubts.add(doubt);
    return with(instance.link(), doubts);
  }

  /** The same, where that is no reason for doubt. */
  Occurrence without(Doubt doubt) {
    Set<Doubt> doubts = new HashSet<>(instance.doubts());
    doubts.remove(doubt);
    return with(instance.link(), doubts);
  }

  /** The same, where the kernel does not show that both sides belong together. */
  Occurrence observed() {
    return with(Certainty.OBSERVED, instance.doubts());
  }

  private Occurrence with(Certainty link, Set<Doubt> doubts) {
    return new Occurrence(holder, culprit, instance.with(link, doubts));
  }
}
