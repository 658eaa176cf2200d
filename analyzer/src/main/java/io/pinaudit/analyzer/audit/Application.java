package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.run.Evidence;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Judges how far rules could be applied to a run.
 *
 * @param gaps what is missing of the run
 * @param available the evidence that the recordings of the run hold
 */
record Application(Collection<Gap> gaps, Set<Evidence> available) {
  /** Returns how far each rule could be applied, and what follows for the run. */
  Verdict verdict(List<Rule> rules, Sight sight) {
    Map<Hazard, Applied> applied = new EnumMap<>(Hazard.class);
    rules.forEach(rule -> applied.put(rule.hazard(), applied(rule, sight)));
    Set<Evidence> relevant = EnumSet.noneOf(Evidence.class);
    rules.forEach(rule -> relevant.addAll(relevant(rule, applied.get(rule.hazard()))));
    return new Verdict(
        Verdict.completeness(applied),
        texts(gap -> gap.touches(relevant)),
        texts(gap -> !gap.touches(relevant)),
        Collections.unmodifiableMap(applied));
  }

  private List<String> texts(Predicate<Gap> which) {
    return gaps.stream().filter(which).map(Gap::text).toList();
  }

  private Applied applied(Rule rule, Sight sight) {
    Optional<String> ruledOut = rule.ruledOut(sight);
    if (ruledOut.isPresent()) {
      return new Applied.RuledOut(ruledOut.get());
    }
    return rule.bases().stream()
        .filter(basis -> available.containsAll(basis.needs()))
        .findFirst()
        .map(this::applied)
        .orElseGet(() -> missing(rule));
  }

  private Applied applied(Basis basis) {
    List<String> unseen =
        Stream.concat(
                Stream.ofNullable(basis.shortfall()),
                texts(gap -> gap.touches(basis.relevant())).stream())
            .toList();
    return unseen.isEmpty() ? new Applied.Whole(basis) : new Applied.InPart(basis, unseen);
  }

  /** Returns the evidence that the best basis lacks. */
  private Applied missing(Rule rule) {
    Set<Evidence> missing = EnumSet.copyOf(rule.bases().getFirst().needs());
    missing.removeAll(available);
    return new Applied.NotAtAll(missing);
  }

  /** Returns the evidence in which a gap is a doubt to a rule. */
  private static Set<Evidence> relevant(Rule rule, Applied applied) {
    return switch (applied) {
      case Applied.RuledOut _ -> Set.of();
      case Applied.Whole(Basis basis) -> basis.relevant();
      case Applied.InPart(Basis basis, _) -> {
        // What falls short of the best basis does so for what that one lacks.
        Set<Evidence> relevant = basis.relevant();
        relevant.addAll(basis.shortfall() == null ? Set.of() : rule.bases().getFirst().relevant());
        yield relevant;
      }
      case Applied.NotAtAll _ -> rule.bases().getFirst().relevant();
    };
  }
}
