package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import java.util.Comparator;
import java.util.Optional;

/** Finds the step of a finding whose line of code a programmer should look at first. */
final class Culprit {
  private static final int NEVER = Integer.MAX_VALUE;

  private Culprit() {}

  /**
   * Ranks steps: the call that cut, freed or waited comes before the call that pinned, because the
   * program can wait in the former.
   */
  private static int rank(Step.Role role) {
    return switch (role) {
      case CUT -> 0;
      case FREED -> 1;
      case STALLED -> 2;
      case ORPHANED -> 3;
      case UNMAPPED -> 4;
      case REGISTERED -> 5;
      case PINNED -> 6;
      case TRANSFERRED -> 7;
      case REUSED -> 8;
      case MAPPED -> 9;
      case COUNTED, DROPPED -> NEVER;
    };
  }

  /** Returns the step of the lowest rank that has a Java stack. */
  static Optional<Step> of(Finding finding) {
    return finding.first().steps().stream()
        .filter(step -> rank(step.role()) != NEVER)
        .filter(step -> !Prose.stack(step.actor().call()).isEmpty())
        .min(Comparator.comparingInt(step -> rank(step.role())));
  }

  static Optional<Sources.CodeLine> line(Step step, Sources sources) {
    return sources.locate(Prose.stack(step.actor().call()));
  }
}
