package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Actor;
import java.util.HashSet;
import java.util.Set;

/**
 * One instance and what makes it the same finding as another: the two lines of code.
 *
 * @param holder site that pinned, mapped or transferred
 * @param culprit site that freed, unmapped, waited
 * @param instance the occurrence itself
 */
record Occurrence(Actor.Site holder, Actor.Site culprit, Finding.Instance instance) {
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
