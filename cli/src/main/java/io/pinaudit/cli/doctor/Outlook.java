package io.pinaudit.cli.doctor;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.run.Evidence;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How far an audit on this machine can apply a rule. */
sealed interface Outlook {
  /** Returns the hazard of the rule. */
  Hazard hazard();

  /** Returns whether "nothing found" by this rule would mean that nothing was there. */
  default boolean conclusive() {
    return switch (this) {
      case Whole _, RuledOut _ -> true;
      case InPart _, NotAtAll _ -> false;
    };
  }

  /** Returns one line for people. */
  default Check check() {
    return switch (this) {
      case RuledOut(Hazard hazard, String why) -> Check.ok(hazard + " ruled out: " + why);
      case Whole(Hazard hazard, Set<Evidence> from) -> Check.ok(hazard + " from " + names(from));
      case InPart(Hazard hazard, Set<Evidence> from, Set<Evidence> lacking, String shortfall) ->
          Check.missing(
              "%s from %s only, without %s: %s"
                  .formatted(hazard, names(from), names(lacking), shortfall));
      case NotAtAll(Hazard hazard, Set<Evidence> lacking) ->
          Check.missing(hazard + " cannot be applied: no " + names(lacking));
    };
  }

  private static String names(Set<Evidence> evidence) {
    return evidence.stream()
        .map(each -> each.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /**
   * All the evidence that the rule needs can be had.
   *
   * @param from what it judges by
   */
  record Whole(Hazard hazard, Set<Evidence> from) implements Outlook {}

  /**
   * What the rule is about cannot occur here.
   *
   * @param why a clause for people
   */
  record RuledOut(Hazard hazard, String why) implements Outlook {}

  /**
   * The rule can judge, and may miss something.
   *
   * @param from what it judges by
   * @param lacking what it lacks
   * @param shortfall what it may miss
   */
  record InPart(Hazard hazard, Set<Evidence> from, Set<Evidence> lacking, String shortfall)
      implements Outlook {}

  /**
   * The rule cannot judge.
   *
   * @param lacking what it would need
   */
  record NotAtAll(Hazard hazard, Set<Evidence> lacking) implements Outlook {}
}
