package io.pinaudit.cli;

import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.gate.Baseline;
import io.pinaudit.analyzer.gate.Gate;
import io.pinaudit.analyzer.gate.Severities;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The gate that a command line asks for. */
public final class GateChoice {
  private GateChoice() {}

  /** Adds the options to those of a verb. */
  public static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt("fail-on")
                .hasArg()
                .argName("SEVERITY")
                .desc(
                    "the mildest severity that fails: " + Severities.NAMES + " (default: warning)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("fail-on-predicted")
                .desc("fail also on what is only predicted, and has not been seen to meet")
                .get())
        .addOption(
            Option.builder()
                .longOpt("baseline")
                .hasArg()
                .argName("FILE")
                .desc("findings that are known and do not fail")
                .get())
        .addOption(
            Option.builder()
                .longOpt("suppressions")
                .hasArg()
                .argName("FILE")
                .desc("findings that are excused, with a reason (docs/gate.md)")
                .get());
  }

  /** Returns the file of the baseline; null if there is none. */
  public static Path baseline(CommandLine line) {
    return path(line, "baseline");
  }

  /**
   * Returns the gate.
   *
   * @param updates whether the baseline will be written, and so need not exist
   */
  public static Gate gate(CommandLine line, boolean updates) throws IOException {
    Gate gate =
        new Gate(
            severity(line),
            read(baseline(line), updates),
            path(line, "suppressions"),
            LocalDate.now(ZoneOffset.UTC));
    if (line.hasOption("fail-on-predicted")) {
      gate.countPredicted();
    }
    return gate;
  }

  private static Baseline read(Path file, boolean update) throws IOException {
    if (file == null || update && !Files.exists(file)) {
      return Baseline.EMPTY;
    }
    if (!Files.exists(file)) {
      throw new InputException(
          file + ": error: no such file: make it with pinaudit gate --update-baseline");
    }
    return Baseline.read(file);
  }

  private static Severity severity(CommandLine line) {
    String name = line.getOptionValue("fail-on", "warning");
    return Severities.named(name)
        .orElseThrow(
            () -> new UsageException("--fail-on: '" + name + "' is none of " + Severities.NAMES));
  }

  private static Path path(CommandLine line, String option) {
    return line.hasOption(option) ? Path.of(line.getOptionValue(option)) : null;
  }
}
