package io.pinaudit.cli;

import io.pinaudit.analyzer.gate.Gate;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code confirm}: runs a command with a plan until its pairs have met, and reports. */
public final class ConfirmVerb implements Verb {
  private static final int USUAL_RUNS = 4;

  /** Makes the verb; the service loader calls this. */
  public ConfirmVerb() {}

  @Override
  public String name() {
    return "confirm";
  }

  @Override
  public String arguments() {
    return "PLAN -- COMMAND…";
  }

  @Override
  public String summary() {
    return "run a command so that the calls of a plan meet, and report those that do";
  }

  @Override
  public Options options() {
    Options options = new Options();
    // All options of a report but -o, which here names the folder of the runs.
    Outputs.addTo(new Options()).getOptions().stream()
        .filter(option -> !"output".equals(option.getLongOpt()))
        .forEach(options::addOption);
    return GateChoice.addTo(RuleChoice.addTo(Verdicts.addTo(options)))
        .addOption(RecordVerb.output())
        .addOption(RecordVerb.user())
        .addOption(RecordVerb.noKernel())
        .addOption(
            Option.builder()
                .longOpt("runs")
                .hasArg()
                .argName("N")
                .desc("run the command at most so often (default: " + USUAL_RUNS + ")")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    List<String> words = line.getArgList();
    if (words.size() < 2) {
      throw new UsageException("confirm: name a plan and a command: confirm PLAN -- COMMAND…");
    }
    Plan plan = MeetingRuns.plan(words.removeFirst());
    Outputs outputs = Outputs.of(line, null);
    Gate gate = GateChoice.gate(line, false);
    int most = runs(line, "runs", USUAL_RUNS);
    Path folder = RunDirectory.create(line.getOptionValue("output"));
    List<Judgement> judgements = new ArrayList<>();
    for (MeetingRuns.Run run : MeetingRuns.of(plan, most, line, console).run(folder)) {
      judgements.add(gate.judge(run.directory().toString(), run.audit()));
    }
    outputs.write(judgements, console);
    console.note(GateVerb.verdict(judgements));
    return Verdicts.status(judgements, line);
  }

  /** Returns a number of runs that an option asks for. */
  static int runs(CommandLine line, String option, int usual) {
    String text = line.getOptionValue(option, Integer.toString(usual));
    if (!text.matches("\\d{1,3}")) {
      throw new UsageException("--" + option + " '" + text + "': expected a number up to 999");
    }
    return Integer.parseInt(text);
  }
}
