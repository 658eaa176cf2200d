package io.pinaudit.cli.doctor;

import io.pinaudit.run.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The doctor's short answer: what can be audited here, what is missing, and the one command that
 * helps.
 *
 * @param rules how far each rule can be applied
 * @param trial what could be recorded of the kernel
 * @param root whether this process may trace the kernel if anybody may
 */
record Advice(List<Outlook> rules, KernelTrial trial, boolean root) {
  private static final String RECORD = "pinaudit record -o run -- COMMAND";

  boolean complete() {
    return rules.stream().allMatch(Outlook::conclusive);
  }

  /** Returns the answer, at most eight lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    add(lines, "you can audit here", with(Outlook.Whole.class));
    ruledOut().forEach(lines::add);
    add(lines, "only in part", with(Outlook.InPart.class));
    add(lines, "not here", with(Outlook.NotAtAll.class));
    missing().ifPresent(what -> lines.add("missing: " + what));
    lines.add("do: " + command());
    lines.add("all that was looked at: pinaudit doctor -v");
    return List.copyOf(lines);
  }

  private List<String> with(Class<? extends Outlook> kind) {
    return rules.stream().filter(kind::isInstance).map(rule -> rule.hazard().rule()).toList();
  }

  private static void add(List<String> lines, String head, List<String> rules) {
    if (!rules.isEmpty()) {
      lines.add(head + ": " + String.join(", ", rules));
    }
  }

  /** Returns one line for each reason. */
  private Stream<String> ruledOut() {
    List<Outlook.RuledOut> all =
        rules.stream()
            .filter(Outlook.RuledOut.class::isInstance)
            .map(Outlook.RuledOut.class::cast)
            .toList();
    return all.stream()
        .map(Outlook.RuledOut::why)
        .distinct()
        .map(
            why ->
                all.stream()
                    .filter(rule -> rule.why().equals(why))
                    .map(rule -> rule.hazard().rule())
                    .collect(Collectors.joining(", ", "cannot occur here: ", " (" + why + ")")));
  }

  /** Returns what keeps rules from being applied; empty if nothing does. */
  private Optional<String> missing() {
    if (complete()) {
      return Optional.empty();
    }
    return Optional.of(
        trial.kernel().isEmpty()
            ? "the kernel's side: " + trial.reason()
            : "evidence of the kernel: "
                + rules.stream()
                    .flatMap(rule -> lacking(rule).stream())
                    .map(Evidence::probeName)
                    .distinct()
                    .collect(Collectors.joining(", ")));
  }

  private static Set<Evidence> lacking(Outlook rule) {
    return switch (rule) {
      case Outlook.InPart part -> part.lacking();
      case Outlook.NotAtAll not -> not.lacking();
      case Outlook.Whole _, Outlook.RuledOut _ -> Set.of();
    };
  }

  private String command() {
    if (complete()) {
      return RECORD;
    }
    return trial.kernel().isEmpty() && !root
        ? "sudo " + RECORD
        : "pinaudit lab -o run -- COMMAND    (an emulated machine, which has all of it)";
  }
}
