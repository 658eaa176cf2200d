package io.pinaudit.fleet.report;

import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A report on a fleet's tables, in one format. */
public enum FleetReport {
  /** Text for a terminal. */
  TEXT,
  /** JSON for programs. */
  JSON,
  /** One HTML file for a browser. */
  HTML;

  /** The names of all formats. */
  public static final String NAMES =
      Arrays.stream(values()).map(FleetReport::toString).collect(Collectors.joining(", "));

  /** Returns the format of a name; empty if there is none. */
  public static Optional<FleetReport> named(String name) {
    return Arrays.stream(values()).filter(format -> format.toString().equals(name)).findFirst();
  }

  /**
   * Writes the report.
   *
   * @param since a day or a version; null for the newest day
   * @throws UnknownVersionException if no run has that version
   */
  public void write(Tables tables, String since, Writer out) throws IOException {
    Summary summary = Summary.of(tables, Since.of(since));
    if (!summary.since().isKnown()) {
      throw unknown(tables, since);
    }
    switch (this) {
      case TEXT -> new TextFleet(summary).write(out);
      case JSON -> JsonFleet.write(summary, out);
      case HTML -> new HtmlFleet(summary).write(out);
    }
    out.flush();
  }

  static UnknownVersionException unknown(Tables tables, String since) throws IOException {
    return new UnknownVersionException(since, versions(tables));
  }

  private static Set<String> versions(Tables tables) throws IOException {
    Set<String> versions = new TreeSet<>();
    tables.read(Table.RUNS, (_, row) -> versions.add(row.version()));
    return versions;
  }

  /** Says that no run has the version that a report is asked for. */
  public static final class UnknownVersionException extends IOException {
    private static final long serialVersionUID = 1;

    UnknownVersionException(String version, Set<String> versions) {
      super(
          "--since %s: neither a day such as 2026-11-30 nor a version of these runs: found %s"
              .formatted(
                  version,
                  versions.stream()
                      .filter(one -> !one.isEmpty())
                      .limit(20)
                      .collect(Collectors.joining(", ", "[", "]"))));
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
