package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An event that happened to blocks while pins on them lived.
 *
 * @param pinned where the pinned pages are
 * @param acts what was done, in order of time; the first step names the culprit, and the hazard
 *     begins with the last
 */
record WhilePinned(Severity severity, PinGroup pins, Place pinned, List<Step> acts) {
  /**
   * Returns the event as an occurrence, as far as it was seen.
   *
   * @param endNanos end of the recording, in nanoseconds of the timeline
   */
  Occurrence occurrence(long endNanos, Ledgers ledgers) {
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
}
