package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.predict.Confirmation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;

/** Runs a command several times with a plan, until all its pairs have met. */
final class MeetingRuns {
  private final Plan plan;
  private final int most;
  private final CommandLine line;
  private final Console console;

  /**
   * One run of the command.
   *
   * @param directory what was recorded
   * @param audit what was seen in it, by the rules that the command line asks for
   */
  record Run(Path directory, Audit audit) {}

  private MeetingRuns(Plan plan, int most, CommandLine line, Console console) {
    this.plan = plan;
    this.most = most;
    this.line = line;
    this.console = console;
  }

  /**
   * Prepares several runs.
   *
   * @param most the largest number of runs
   * @param line the options of a recorder, and the command
   */
  static MeetingRuns of(Plan plan, int most, CommandLine line, Console console) {
    return new MeetingRuns(plan, most, line, console);
  }

  /**
   * Runs the command, each time with its run directory in a folder, {@code meet-1} and so on.
   *
   * @return what was recorded and seen in each run
   */
  List<Run> run(Path folder) throws IOException, InterruptedException {
    List<Run> runs = new ArrayList<>();
    if (plan.pairs().isEmpty()) {
      console.note("the plan has no pairs: nothing to meet");
      return runs;
    }
    Confirmation confirmation = Confirmation.of(plan);
    for (int turn = 0; turn < most && !confirmation.decided(); turn++) {
      Path directory = RunDirectory.create(folder.resolve("meet-" + (turn + 1)).toString());
      Path file = directory.resolve(Plan.FILE_NAME).toAbsolutePath();
      plan.write(file);
      List<String> options = List.of("-Dpinaudit.meet=" + file, "-Dpinaudit.turn=" + turn);
      int status = RecordVerb.record(line, directory, options, console);
      Run run = new Run(directory, Audit.of(Inputs.of(List.of(directory)), RuleChoice.of(line)));
      runs.add(run);
      confirmation = confirmation.with(run.audit());
      console.note(
          "run %d of %d: exit status %d, %d of %d pairs have met"
              .formatted(turn + 1, most, status, confirmation.met(), plan.pairs().size()));
    }
    tell(confirmation);
    return runs;
  }

  private void tell(Confirmation confirmation) {
    for (Confirmation.Result result : confirmation.results()) {
      Pair pair = result.pair();
      console.note(
          String.format(
              Locale.ROOT,
              "pair %s %s: %s at %s | %s at %s",
              pair.id(),
              result.met() == 0
                  ? "predicted, did not meet in " + result.runs() + " runs"
                  : "met in " + result.met() + " of " + result.runs() + " runs",
              pair.hands().operation(),
              pair.hands().frames().getFirst(),
              pair.takes().operation(),
              pair.takes().frames().getFirst()));
    }
  }

  /** Reads a plan. */
  static Plan plan(String file) throws IOException {
    if (!Files.exists(Path.of(file))) {
      throw new UsageException(
          file + ": no such file: make a plan with pinaudit predict RUN -o " + file);
    }
    return Plan.read(Path.of(file));
  }
}
