package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.run.Evidence;
import java.util.List;
import java.util.Set;

/** Says how far a rule could be applied to a run. */
public sealed interface Applied {
  /** Returns whether the hazard surely did not happen if this rule found nothing. */
  default boolean conclusive() {
    return switch (this) {
      case Whole _, RuledOut _ -> true;
      case InPart _, NotAtAll _ -> false;
    };
  }

  /**
   * All the evidence was there.
   *
   * @param basis what the rule judged by
   */
  record Whole(Basis basis) implements Applied {}

  /**
   * What the rule is about cannot have happened in this run.
   *
   * @param why a clause for people
   */
  record RuledOut(String why) implements Applied {}

  /**
   * The rule judged, and may have missed something.
   *
   * @param basis what the rule judged by
   * @param unseen what was not seen, one line each; at least one
   */
  record InPart(Basis basis, List<String> unseen) implements Applied {}

  /**
   * The rule could not judge.
   *
   * @param missing the evidence that its best basis lacks
   */
  record NotAtAll(Set<Evidence> missing) implements Applied {}
}
