package io.pinaudit.fleet;

import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.report.Reproduce;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.io.PrintStream;

/** The action {@code open}: the runs that have a finding, and the command that shows each. */
final class OpenAction {
  private static final int MOST_SHOWN = 100;

  private OpenAction() {}

  static int run(Call call) throws IOException {
    call.expect(2, "a folder of tables and a fingerprint");
    String fingerprint = call.words().getLast().replaceFirst("-\\d+$", "");
    PrintStream out = call.console().out();
    int[] found = {0};
    try (Tables tables = Tables.reading(call.tables())) {
      tables.read(
          Table.FINDINGS,
          (day, row) -> {
            if (row.fingerprint().equals(fingerprint)) {
              if (found[0] < MOST_SHOWN) {
                out.printf("%s %s%n", day, headline(row));
                out.printf("  %s%n", row.what());
                out.printf("  %s%n", Reproduce.command(row.paths(), row.finding()));
              }
              found[0]++;
            }
          });
    }
    if (found[0] == 0) {
      throw new UsageException(
          call.name() + ": no run has a finding " + fingerprint + ": see pinaudit fleet report");
    }
    if (found[0] > MOST_SHOWN) {
      out.printf("and %,d more: query the table findings%n", found[0] - MOST_SHOWN);
    }
    return ExitStatus.CLEAN;
  }

  private static String headline(FindingRow row) {
    return "%s %s [%s, %s] %s%s, Linux %s, host %s"
        .formatted(
            row.finding(),
            row.rule(),
            row.severity(),
            row.certainty(),
            row.app(),
            row.version().isEmpty() ? "" : " " + row.version(),
            row.kernel(),
            row.host());
  }
}
