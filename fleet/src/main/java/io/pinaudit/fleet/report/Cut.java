package io.pinaudit.fleet.report;

import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.util.function.Consumer;

/** Selects the rows of all runs since a day or a release; of all runs if neither is named. */
public final class Cut {
  private final Tables tables;
  private final Since since; // null for all

  private Cut(Tables tables, Since since) {
    this.tables = tables;
    this.since = since;
  }

  /**
   * Divides the runs of tables.
   *
   * @param since a day or a version; null for all runs
   * @throws FleetReport.UnknownVersionException if no run has that version
   */
  public static Cut of(Tables tables, String since) throws IOException {
    if (since == null) {
      return new Cut(tables, null);
    }
    Since cut = Since.of(since);
    tables.read(Table.RUNS, (day, row) -> cut.note(day, row.app(), row.version()));
    if (!cut.isKnown()) {
      throw FleetReport.unknown(tables, since);
    }
    return new Cut(tables, cut);
  }

  /** Passes the runs since then to a consumer. */
  public void runs(Consumer<RunRow> use) throws IOException {
    tables.read(
        Table.RUNS,
        (day, row) -> {
          if (since == null || since.includes(day, row.app(), row.version())) {
            use.accept(row);
          }
        });
  }

  /** Passes the findings since then to a consumer. */
  public void findings(Consumer<FindingRow> use) throws IOException {
    tables.read(
        Table.FINDINGS,
        (day, row) -> {
          if (since == null || since.includes(day, row.app(), row.version())) {
            use.accept(row);
          }
        });
  }
}
