package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Actor;
import java.util.HashSet;
import java.util.Set;

/**
 * One instance, with the two sites in the program that decide which finding the instance belongs
 * to.
 *
 * @param holder the site that pinned, mapped or transferred
 * @param culprit the site that freed, unmapped or waited
 * @param instance the instance
 */
record Occurrence(Actor.Site holder, Actor.Site culprit, Finding.Instance instance) {
  /** Returns a copy of this occurrence with one more doubt. */
  Occurrence with(Doubt doubt) {
    Set<Doubt> doubts = new HashSet<>(instance.doubts());
    doubts.add(doubt);
    return with(instance.link(), doubts);
  }

  /** Returns a copy of this occurrence without a doubt. */
  Occurrence without(Doubt doubt) {
    Set<Doubt> doubts = new HashSet<>(instance.doubts());
    doubts.remove(doubt);
    return with(instance.link(), doubts);
  }

  /**
   * Returns a copy of this occurrence that is at most observed: the kernel does not show that both
   * sides belong together.
   */
  Occurrence observed() {
    return with(Certainty.OBSERVED, instance.doubts());
  }

  private Occurrence with(Certainty link, Set<Doubt> doubts) {
    return new Occurrence(holder, culprit, instance.with(link, doubts));
  }
}
