package io.pinaudit.cli.doctor;

import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Evidence;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports which rules an audit on this machine can apply. */
final class RuleSection implements Section {
  private final Set<Evidence> available;

  RuleSection(KernelTrial trial) {
    available = EnumSet.of(Evidence.CALLS);
    trial.kernel().map(Evidence::of).ifPresent(available::addAll);
  }

  @Override
  public String title() {
    return "Rules";
  }

  @Override
  public List<Check> checks() {
    return Rules.all().stream().map(this::check).toList();
  }

  private Check check(Rule rule) {
    Set<Evidence> best = rule.bases().getFirst().needs();
    if (available.containsAll(best)) {
      return Check.ok(rule.hazard() + " from " + names(best));
    }
    Set<Evidence> lacking = EnumSet.copyOf(best);
    lacking.removeAll(available);
    return rule.bases().stream()
        .map(Basis::needs)
        .filter(available::containsAll)
        .findFirst()
        .map(
            second ->
                Check.missing(
                    "%s from %s only, without %s"
                        .formatted(rule.hazard(), names(second), names(lacking))))
        .orElseGet(() -> Check.missing(rule.hazard() + " cannot be applied: no " + names(lacking)));
  }

  private static String names(Set<Evidence> evidence) {
    return evidence.stream()
        .map(each -> each.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
