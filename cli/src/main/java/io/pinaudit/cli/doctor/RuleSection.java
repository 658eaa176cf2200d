package io.pinaudit.cli.doctor;

import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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
    return outlooks().stream().map(Outlook::check).toList();
  }

  /** Returns the outlook of each rule, in the order of a report. */
  List<Outlook> outlooks() {
    return Rules.all().stream().map(this::outlook).toList();
  }

  private Outlook outlook(Rule rule) {
    return rule.ruledOut(sight)
        .<Outlook>map(why -> new Outlook.RuledOut(rule.hazard(), why))
        .orElseGet(() -> applicable(rule));
  }

  private Outlook applicable(Rule rule) {
    Set<Evidence> best = rule.bases().getFirst().needs();
    if (available.containsAll(best)) {
      return new Outlook.Whole(rule.hazard(), best);
    }
    Set<Evidence> lacking = EnumSet.copyOf(best);
    lacking.removeAll(available);
    return rule.bases().stream()
        .filter(basis -> available.containsAll(basis.needs()))
        .findFirst()
        .map(second -> second(rule, second, lacking))
        .orElseGet(() -> new Outlook.NotAtAll(rule.hazard(), lacking));
  }

  /**
   * Returns the outlook of a rule that has less than its best evidence: whole, or with a shortfall.
   */
  private static Outlook second(Rule rule, Basis basis, Set<Evidence> lacking) {
    return basis.shortfall() == null
        ? new Outlook.Whole(rule.hazard(), basis.needs())
        : new Outlook.InPart(rule.hazard(), basis.needs(), lacking, basis.shortfall());
  }
}
