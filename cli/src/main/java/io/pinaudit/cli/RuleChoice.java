package io.pinaudit.cli;

import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The rules that a command line asks for: {@code --rules UnmappedWhilePinned,LongtermPinOnFile}.
 */
public final class RuleChoice {
  private static final String RULES = "rules";

  private RuleChoice() {}

  /** Adds the option to those of a verb. */
  public static Options addTo(Options options) {
    return options.addOption(
        Option.builder()
            .longOpt(RULES)
            .hasArg()
            .argName("RULE,…")
            .desc("apply only these rules; the verdict is about them alone (default: all)")
            .get());
  }

  /**
   * Returns new instances of the rules that are asked for, for one run, in the order of a report.
   *
   * @throws UsageException if no rule has one of the names
   */
  public static List<Rule> of(CommandLine line) {
    List<Rule> all = Rules.all();
    if (!line.hasOption(RULES)) {
      return all;
    }
    Set<String> names = Set.copyOf(List.of(line.getOptionValue(RULES).split(",", -1)));
    String known = all.stream().map(rule -> rule.hazard().rule()).collect(Collectors.joining(", "));
    for (String name : names) {
      if (all.stream().noneMatch(rule -> rule.hazard().rule().equals(name))) {
        throw new UsageException("--rules: '" + name + "' is none of " + known);
      }
    }
    return all.stream().filter(rule -> names.contains(rule.hazard().rule())).toList();
  }
}
