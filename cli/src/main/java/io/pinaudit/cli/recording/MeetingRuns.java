package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.predict.Confirmation;
import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.RuleChoice;
import io.pinaudit.cli.RunDirectory;
import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;

/**
 * The runs of a program with a plan: made here, until all pairs of the plan have met, or recorded
 * before. One thread.
 */
final class MeetingRuns {
  private final Plan plan;
  private final CommandLine line;
  private final Console console;
  private final List<Run> done = new ArrayList<>();
  private Confirmation confirmation;

  /**
   * One run of the program.
   *
   * @param directory what was recorded
   * @param audit what was seen in it, by the rules that the command line asks for
   */
  record Run(Path directory, Audit audit) {}

  private MeetingRuns(Plan plan, CommandLine line, Console console) {
    this.plan = plan;
    this.line = line;
    this.console = console;
    this.confirmation = Confirmation.of(plan);
  }

  /**
   * Begins without a run.
   *
   * @param line with the choice of rules, and what {@link #run} takes from it: the options of a
   *     recorder, and the command
   */
  static MeetingRuns of(Plan plan, CommandLine line, Console console) {
    return new MeetingRuns(plan, line, console);
  }

  /** Returns the runs, the first one first. */
  List<Run> done() {
    return List.copyOf(done);
  }

  /**
   * Runs the command, each time with its run directory in a folder, {@code meet-1} and so on.
   *
   * @param most how often at most
   */
  void run(Path folder, int most) throws IOException, InterruptedException {
    if (plan.pairs().isEmpty()) {
      console.note("the plan has no pairs: nothing to meet");
      return;
    }
    for (int turn = 0; turn < most && !confirmation.decided(); turn++) {
      Path directory = RunDirectory.create(folder.resolve("meet-" + (turn + 1)).toString());
      Path file = directory.resolve(Plan.FILE_NAME).toAbsolutePath();
      plan.write(file);
      List<String> options =
          List.of(
              "-Dpinaudit.meet=" + file,
              "-Dpinaudit.turn=" + turn,
              "-Dpinaudit.headstart=" + Amounts.count(line, "head-start", 0));
      int status = RecordVerb.record(line, directory, options, console);
      add(directory);
      console.note(
          "run %d of %d: exit status %d, %d of %d pairs have met"
              .formatted(turn + 1, most, status, confirmation.met(), plan.pairs().size()));
    }
    tell();
  }

  /** Takes runs that were made with the plan by something else. */
  void recorded(List<Path> directories) throws IOException {
    for (Path directory : directories) {
      add(directory);
    }
    tell();
  }

  private void add(Path directory) throws IOException {
    Run run = new Run(directory, Audit.of(Inputs.of(List.of(directory)), RuleChoice.of(line)));
    done.add(run);
    confirmation = confirmation.with(run.audit());
  }

  /** Writes the pairs that have not met as a plan; deletes the file if there are none. */
  void writeLeft(Path file) throws IOException {
    Plan left = confirmation.left();
    if (left.pairs().isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      left.write(file);
    }
  }

  private void tell() {
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
