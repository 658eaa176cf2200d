package io.pinaudit.cli;

import io.pinaudit.analyzer.gate.Judgement;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** Turns findings and completeness into an exit status, in the same way for every verb. */
public final class Verdicts {
  private Verdicts() {}

  /** Adds the options that turn 1 or 3 into 0. */
  public static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt("exit-zero")
                .desc("exit with 0 whatever is found; errors still exit with 2")
                .get())
        .addOption(
            Option.builder()
                .longOpt("allow-inconclusive")
                .desc("exit with 0 instead of 3 when nothing is found in a run not wholly seen")
                .get());
  }

  /** Returns the exit status for these runs. */
  public static int status(List<Judgement> runs, CommandLine line) {
    if (line.hasOption("exit-zero")) {
      return ExitStatus.CLEAN;
    }
    if (runs.stream().anyMatch(run -> !run.failing().isEmpty() || run.failsAsIf())) {
      return ExitStatus.FINDINGS;
    }
    boolean known = runs.stream().allMatch(run -> run.complete() && !run.undecidedAsIf());
    return line.hasOption("allow-inconclusive") || known
        ? ExitStatus.CLEAN
        : ExitStatus.INCONCLUSIVE;
  }
}
