package io.pinaudit.cli.doctor;

import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Evidence;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports which rules an audit on this machine can apply. */
final class RuleSection implements Section {
  private final Set<Evidence> available;
  private final Sight sight;

  RuleSection(KernelTrial trial, List<BlockDevice> devices, List<Mount> mounts) {
    available = EnumSet.of(Evidence.CALLS);
    trial.kernel().map(Evidence::of).ifPresent(available::addAll);
    sight = new Ledgers(RunDescription.ofMachine(devices, mounts)).sight();
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
    return rule.ruledOut(sight)
        .map(why -> Check.ok(rule.hazard() + " ruled out: " + why))
        .orElseGet(() -> applicable(rule));
  }

  private Check applicable(Rule rule) {
    Set<Evidence> best = rule.bases().getFirst().needs();
    if (available.containsAll(best)) {
      return Check.ok(rule.hazard() + " from " + names(best));
    }
    Set<Evidence> lacking = EnumSet.copyOf(best);
    lacking.removeAll(available);
    return rule.bases().stream()
        .filter(basis -> available.containsAll(basis.needs()))
        .findFirst()
        .map(second -> second(rule, second, lacking))
        .orElseGet(() -> Check.missing(rule.hazard() + " cannot be applied: no " + names(lacking)));
  }

  /** From less than the best: whole, or with a shortfall. */
  private static Check second(Rule rule, Basis basis, Set<Evidence> lacking) {
    return basis.shortfall() == null
        ? Check.ok(rule.hazard() + " from " + names(basis.needs()))
        : Check.missing(
            "%s from %s only, without %s: %s"
                .formatted(rule.hazard(), names(basis.needs()), names(lacking), basis.shortfall()));
  }

  private static String names(Set<Evidence> evidence) {
    return evidence.stream()
        .map(each -> each.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
