package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.List;
import java.util.Optional;

/** Makes the steps of a proof that all rules about pins tell in the same way. */
final class Steps {
  private Steps() {}

  static Step pinned(PinGroup group, Place place) {
    return new Step(
        Step.Role.PINNED, group.earliest().taken(), group.holder(), place, group.calls());
  }

  static Optional<Step> dropped(PinGroup group) {
    return Optional.ofNullable(group.lastDrop())
        .map(drop -> new Step(Step.Role.DROPPED, drop, Actor.of(drop), null, group.pins().size()));
  }

  static List<Step> mapped(PinGroup group) {
    return group.mappings().stream().map(Steps::mapped).toList();
  }

  static Step mapped(JavaCall call) {
    return new Step(Step.Role.MAPPED, call.started(), Actor.of(call), null, 1);
  }
}
