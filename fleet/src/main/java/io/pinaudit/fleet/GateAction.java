package io.pinaudit.fleet;

import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.gate.Baseline;
import io.pinaudit.analyzer.gate.Severities;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.audit.Ranks;
import io.pinaudit.fleet.report.Cut;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The action {@code gate}: gives one verdict on all runs since a day or release, with the exit
 * statuses of the verb {@code gate}.
 */
final class GateAction {
  private final Call call;
  private final Severity failOn;
  private final Path file;
  private final Map<String, FindingRow> worst = new TreeMap<>();
  private final Map<String, Integer> timelines = new HashMap<>();
  private long runs;
  private long incomplete;

  private GateAction(Call call) {
    this.call = call;
    this.failOn = severity(call);
    this.file =
        call.line().hasOption("baseline") ? Path.of(call.line().getOptionValue("baseline")) : null;
  }

  static int run(Call call) throws IOException {
    call.expect(1, "one folder of tables");
    GateAction gate = new GateAction(call);
    if (call.line().hasOption("update-baseline") && gate.file == null) {
      throw new UsageException(call.name() + ": --update-baseline needs --baseline FILE");
    }
    return gate.run();
  }

  private static Severity severity(Call call) {
    String name = call.line().getOptionValue("fail-on", "warning");
    return Severities.named(name)
        .orElseThrow(
            () ->
                new UsageException(
                    call.name() + ": --fail-on: '" + name + "' is none of " + Severities.NAMES));
  }

  private int run() throws IOException {
    boolean update = call.line().hasOption("update-baseline");
    Baseline baseline = baseline(update);
    try (Tables tables = Tables.reading(call.tables())) {
      Cut cut = Cut.of(tables, call.line().getOptionValue("since"));
      cut.runs(
          run -> {
            runs++;
            incomplete += "complete".equals(run.completeness()) ? 0 : 1;
          });
      cut.findings(this::note);
    }
    if (update) {
      updated(baseline).write(file);
      call.console().note("wrote " + file);
      return ExitStatus.CLEAN;
    }
    return verdict(baseline);
  }

  /**
   * Notes a finding for the gate. One that is only predicted has not happened, and never fails a
   * build here.
   */
  private void note(FindingRow row) {
    if (row.certainty().equals("predicted")) {
      return;
    }
    worst.merge(row.fingerprint(), row, (a, b) -> b.severityRank() > a.severityRank() ? b : a);
    timelines.merge(row.fingerprint(), 1, Integer::sum);
  }

  private Baseline baseline(boolean update) throws IOException {
    if (file == null || update && !Files.exists(file)) {
      return Baseline.EMPTY;
    }
    if (!Files.exists(file)) {
      throw new InputException(
          file + ": error: no such file: make it with pinaudit fleet gate --update-baseline");
    }
    return Baseline.read(file);
  }

  private boolean counts(FindingRow row, Baseline baseline) {
    Baseline.Entry known = baseline.entries().get(row.fingerprint());
    boolean covered = known != null && Ranks.of(known.severity()) >= row.severityRank();
    return !covered && row.severityRank() >= Ranks.of(failOn);
  }

  private int verdict(Baseline baseline) {
    long failing = 0;
    for (FindingRow row : worst.values()) {
      if (counts(row, baseline)) {
        failing++;
        call.console()
            .out()
            .printf(
                "%s %s [%s] in %,d runs: %s%n",
                row.fingerprint(),
                row.rule(),
                row.severity(),
                timelines.get(row.fingerprint()),
                row.what());
      }
    }
    call.console()
        .note(
            "fleet gate: %s; %s"
                .formatted(
                    failing == 0
                        ? "no finding counts"
                        : "%,d %s"
                            .formatted(failing, failing == 1 ? "finding counts" : "findings count"),
                    incomplete == 0
                        ? "all was seen that the rules need"
                        : "in %,d of %,d runs not all was seen that the rules need"
                            .formatted(incomplete, runs)));
    return status(failing > 0);
  }

  private int status(boolean fails) {
    if (call.line().hasOption("exit-zero")) {
      return ExitStatus.CLEAN;
    }
    if (fails) {
      return ExitStatus.FINDINGS;
    }
    return incomplete == 0 && runs > 0 || call.line().hasOption("allow-inconclusive")
        ? ExitStatus.CLEAN
        : ExitStatus.INCONCLUSIVE;
  }

  /** Adds what there is; of what there is not, only complete runs would show that it is gone. */
  private Baseline updated(Baseline baseline) {
    Map<String, Baseline.Entry> entries =
        new HashMap<>(incomplete == 0 ? Map.of() : baseline.entries());
    for (FindingRow row : worst.values()) {
      Severity severity = Severities.named(row.severity()).orElseThrow();
      if (severity.compareTo(failOn) >= 0) {
        entries.put(
            row.fingerprint(),
            new Baseline.Entry(row.fingerprint(), row.rule(), severity, row.site()));
      }
    }
    return new Baseline(entries);
  }
}
