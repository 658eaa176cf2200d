package io.pinaudit.fleet;

import io.pinaudit.analyzer.gate.Severities;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.fleet.report.FleetReport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code fleet}: indexes, audits and reports on the recordings of many hosts. */
public final class FleetVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public FleetVerb() {}

  /** The actions that the first argument names. */
  private enum Action {
    INDEX,
    AUDIT,
    REPORT,
    GATE,
    OPEN;

    private static final String NAMES =
        Arrays.stream(values()).map(Action::toString).collect(Collectors.joining(", "));

    /** Returns the options that the action takes. */
    List<String> options() {
      return switch (this) {
        case INDEX -> List.of("output", "scratch", "master", "spark");
        case AUDIT ->
            List.of("output", "scratch", "split-above", "retry-failed", "master", "spark");
        case REPORT -> List.of("since", "format", "output");
        case GATE ->
            List.of(
                "since",
                "baseline",
                "update-baseline",
                "fail-on",
                "exit-zero",
                "allow-inconclusive");
        case OPEN -> List.of();
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public String arguments() {
    return "index|audit ROOT… -o TABLES, report|gate TABLES, open TABLES FINGERPRINT";
  }

  @Override
  public String summary() {
    return "audit the runs of many hosts into tables, and report on them";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder("o")
                .longOpt("output")
                .hasArg()
                .argName("TABLES")
                .desc(
                    "index, audit: folder of the tables; report: the file (default: standard"
                        + " output)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("scratch")
                .hasArg()
                .argName("DIR")
                .desc(
                    "index, audit: where archives are unpacked and remote runs are copied"
                        + " (default: the JVM's folder)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("split-above")
                .hasArg()
                .argName("SIZE")
                .desc(
                    "audit: audit larger timelines device by device, such as 8g (default: what"
                        + " does not fit into memory)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("retry-failed")
                .desc(
                    "audit: audit again what could not be audited (default: only if a disk or a"
                        + " store was to blame)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("master")
                .hasArg()
                .argName("MASTER")
                .desc(
                    "index, audit: on Apache Spark: local[*], spark://HOST:PORT, yarn or"
                        + " k8s://URL (default: in this process)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("spark")
                .hasArg()
                .argName("NAME=VALUE")
                .desc("index, audit: with --master, a setting of Spark; may be repeated")
                .get())
        .addOption(
            Option.builder()
                .longOpt("since")
                .hasArg()
                .argName("DAY|VERSION")
                .desc("report, gate: what to compare with before (default: the newest day)")
                .get())
        .addOption(
            Option.builder("f")
                .longOpt("format")
                .hasArg()
                .argName("FORMAT")
                .desc("report: " + FleetReport.NAMES + " (default: text)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("baseline")
                .hasArg()
                .argName("FILE")
                .desc("gate: findings that are known and do not fail")
                .get())
        .addOption(
            Option.builder()
                .longOpt("update-baseline")
                .desc("gate: write the findings into the baseline, and exit with 0")
                .get())
        .addOption(
            Option.builder()
                .longOpt("fail-on")
                .hasArg()
                .argName("SEVERITY")
                .desc("gate: the mildest that fails: " + Severities.NAMES + " (default: warning)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("exit-zero")
                .desc("gate: exit with 0 whatever is found; errors still exit with 2")
                .get())
        .addOption(
            Option.builder()
                .longOpt("allow-inconclusive")
                .desc("gate: exit with 0 instead of 3 when nothing is found, but not all was seen")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    List<String> words = line.getArgList();
    if (words.isEmpty()) {
      throw new UsageException("fleet: expected one of " + Action.NAMES);
    }
    Action action = action(words.getFirst());
    for (Option option : line.getOptions()) {
      if (!action.options().contains(option.getLongOpt())) {
        throw new UsageException("fleet " + action + ": takes no --" + option.getLongOpt());
      }
    }
    Call call = new Call("fleet " + action, words.subList(1, words.size()), line, console);
    return switch (action) {
      case INDEX -> AuditAction.index(call);
      case AUDIT -> AuditAction.audit(call);
      case REPORT -> ReportAction.run(call);
      case GATE -> GateAction.run(call);
      case OPEN -> OpenAction.run(call);
    };
  }

  private static Action action(String word) {
    return Arrays.stream(Action.values())
        .filter(action -> action.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException("fleet: found '" + word + "', expected one of " + Action.NAMES));
  }
}
