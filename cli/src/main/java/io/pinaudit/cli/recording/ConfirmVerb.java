package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.gate.Gate;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.GateChoice;
import io.pinaudit.cli.GateVerb;
import io.pinaudit.cli.Outputs;
import io.pinaudit.cli.RuleChoice;
import io.pinaudit.cli.RunDirectory;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.cli.Verdicts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code confirm}: runs a command with a plan until its pairs have met, or takes the runs
 * that something else has made so, and reports.
 */
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
    return "PLAN -- COMMAND… | PLAN --recorded RUN…";
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
                .get())
        .addOption(
            Option.builder()
                .longOpt("head-start")
                .hasArg()
                .argName("MS")
                .desc(
                    "how long the call that goes second stays behind (default: 0.2 ms); more where"
                        + " an I/O takes long to begin")
                .get())
        .addOption(
            Option.builder()
                .longOpt("recorded")
                .hasArgs()
                .argName("RUN")
                .desc(
                    "run nothing: judge these runs, whose JVMs were started with"
                        + " -Dpinaudit.meet=PLAN")
                .get())
        .addOption(
            Option.builder()
                .longOpt("left")
                .hasArg()
                .argName("FILE")
                .desc("write the pairs that have not met into a plan; no file if all have met")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    List<String> words = line.getArgList();
    if (words.isEmpty() || line.hasOption("recorded") == words.size() > 1) {
      throw new UsageException(
          "confirm: name a plan and a command, or a plan and recorded runs: confirm PLAN --"
              + " COMMAND…, or confirm PLAN --recorded RUN…");
    }
    Plan plan = MeetingRuns.plan(words.removeFirst());
    Outputs outputs = Outputs.of(line, null);
    Gate gate = GateChoice.gate(line, false);
    MeetingRuns runs = MeetingRuns.of(plan, line, console);
    if (line.hasOption("recorded")) {
      runs.recorded(Stream.of(line.getOptionValues("recorded")).map(Path::of).toList());
    } else {
      int most = Amounts.count(line, "runs", USUAL_RUNS);
      runs.run(RunDirectory.create(line.getOptionValue("output")), most);
    }
    if (line.hasOption("left")) {
      runs.writeLeft(Path.of(line.getOptionValue("left")));
    }
    List<Judgement> judgements = new ArrayList<>();
    for (MeetingRuns.Run run : runs.done()) {
      judgements.add(gate.judge(run.directory().toString(), run.audit()));
    }
    outputs.write(judgements, console);
    console.note(GateVerb.verdict(judgements));
    return Verdicts.status(judgements, line);
  }
}
