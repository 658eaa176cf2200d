package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.List;

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
    return new Occurrence(
        pins.holder().site(),
        acts.getFirst().actor().site(),
        new Finding.Instance(
            severity,
            pins.certain(ledgers) && !isTooShort(began, drop)
                ? Certainty.CONFIRMED
                : Certainty.POSSIBLE,
            pinned,
            List.copyOf(steps),
            began,
            (drop == null ? endNanos : drop.nanos()) - began.nanos(),
            drop != null,
            pins.ambiguous()));
  }

  /** Whether the clocks cannot tell which of the two came first. */
  private static boolean isTooShort(Stamp began, Stamp drop) {
    return drop != null && drop.nanos() - began.nanos() < Timeline.UNCERTAINTY_NANOS;
  }

  /** The same, as sure as that. */
  Occurrence with(Certainty certainty) {
    return new Occurrence(
        holder,
        culprit,
        new Finding.Instance(
            instance.severity(),
            certainty,
            instance.place(),
            instance.steps(),
            instance.began(),
            instance.nanos(),
            instance.ended(),
            instance.ambiguous()));
  }

  /** The same, but no surer than that. */
  Occurrence atMost(Certainty most) {
    return instance.certainty().compareTo(most) <= 0 ? this : with(most);
  }
}
