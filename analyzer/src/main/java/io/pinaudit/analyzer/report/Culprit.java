package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import java.util.Optional;

/** The step of a finding whose line of code is the one to look at first. */
final class Culprit {
  /** What cut, freed or waited, rather than what pinned: that is where the program can wait. */
  private static final List<Step.Role> ORDER =
      List.of(
          Step.Role.CUT,
          Step.Role.FREED,
          Step.Role.STALLED,
          Step.Role.ORPHANED,
          Step.Role.UNMAPPED,
          Step.Role.REGISTERED,
          Step.Role.PINNED,
          Step.Role.TRANSFERRED,
          Step.Role.REUSED,
          Step.Role.MAPPED);

  private Culprit() {}

  /** The first of these steps that has a Java stack. */
  static Optional<Step> of(Finding finding) {
    return ORDER.stream()
        .flatMap(role -> finding.first().step(role).stream())
        .filter(step -> !Prose.stack(step.actor().call()).isEmpty())
        .findFirst();
  }

  static Optional<CodeLine> line(Step step, Sources sources) {
    return sources.locate(Prose.stack(step.actor().call()));
  }
}
