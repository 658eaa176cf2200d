package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Gate;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.whatif.WhatIf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code gate}: gives one verdict on several runs, for CI. */
public final class GateVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public GateVerb() {}

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public String arguments() {
    return "RUN…";
  }

  @Override
  public String summary() {
    return "fail a build on hazards that are neither known nor excused";
  }

  @Override
  public Options options() {
    return WhatIfChoice.addAsIfTo(
            GateChoice.addTo(RuleChoice.addTo(Outputs.addTo(Verdicts.addTo(new Options())))))
        .addOption(
            Option.builder()
                .longOpt("update-baseline")
                .desc("write the findings of these runs into the baseline, and exit with 0")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("gate: name at least one run directory");
    }
    Path baseline = GateChoice.baseline(line);
    boolean update = line.hasOption("update-baseline");
    if (update && baseline == null) {
      throw new UsageException("gate: --update-baseline needs --baseline FILE");
    }
    Outputs outputs = Outputs.of(line);
    Gate gate = GateChoice.gate(line, update);
    List<Judgement> runs = new ArrayList<>();
    boolean failed = judge(line, gate, runs, console);
    outputs.write(runs, console);
    tidy(gate, runs, failed, console);
    if (failed) {
      return ExitStatus.ERROR;
    }
    if (update) {
      gate.updated(runs).write(baseline);
      console.note("wrote " + baseline);
      return ExitStatus.CLEAN;
    }
    console.note(verdict(runs));
    return Verdicts.status(runs, line);
  }

  /** Returns the verdict on all runs in one line, before options soften the exit status. */
  public static String verdict(List<Judgement> runs) {
    long failing = runs.stream().filter(run -> !run.failing().isEmpty()).count();
    long asIf = runs.stream().filter(Judgement::failsAsIf).count();
    long findings = runs.stream().mapToLong(run -> run.failing().size()).sum();
    long incomplete = runs.stream().filter(run -> !run.complete()).count();
    String seen =
        incomplete == 0
            ? "all was seen that the rules need"
            : "in %d of %d runs not all was seen that the rules need"
                .formatted(incomplete, runs.size());
    String would =
        asIf == 0 ? "" : "; on DAX, %d of %d would have gone wrong".formatted(asIf, runs.size());
    return findings == 0
        ? "gate: no finding counts; " + seen + would
        : "gate: %d %s in %d of %d runs; %s%s"
            .formatted(
                findings,
                findings == 1 ? "finding counts" : "findings count",
                failing,
                runs.size(),
                seen,
                would);
  }

  /** Judges what can be read, and says whether there was something that could not. */
  private static boolean judge(CommandLine line, Gate gate, List<Judgement> runs, Console console) {
    boolean failed = false;
    for (String name : line.getArgList()) {
      try {
        runs.add(judge(name, line, gate, console));
      } catch (IOException e) {
        console.err().println("pinaudit: error: " + Main.oneLine(e));
        failed = true;
      }
    }
    return failed;
  }

  /** Judges one run. What would have happened on DAX counts only if that is asked for. */
  private static Judgement judge(String name, CommandLine line, Gate gate, Console console)
      throws IOException {
    Inputs inputs = Inputs.of(List.of(Path.of(name)));
    try (Progress _ = Progress.of(inputs, console)) {
      WhatIf whatIf = new WhatIf(WhatIfChoice.of(line));
      Audit audit = Audit.of(inputs, RuleChoice.of(line), whatIf);
      return gate.judge(name, audit).with(whatIf.answers(audit)).gatingAsIf();
    }
  }

  /**
   * Warns of suppressions that have expired, and of baseline entries and suppressions that match
   * nothing. The latter are known only if every run could be read and was wholly seen.
   */
  static void tidy(Gate gate, List<Judgement> runs, boolean failed, Console console) {
    gate.expired().forEach(console.err()::println);
    if (!failed && runs.stream().allMatch(Judgement::complete)) {
      gate.unused().forEach(console.err()::println);
      gate.gone()
          .forEach(
              entry ->
                  console.note(
                      "in the baseline, but in none of these runs: %s %s %s"
                          .formatted(entry.fingerprint(), entry.rule(), entry.where())));
    }
  }
}
