package io.pinaudit.fleet.table;

import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.FingerprintRow;
import io.pinaudit.fleet.row.MatrixRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts the rows of one day for the tables {@code fingerprints} and {@code matrix}. */
final class DaySummary {
  /** File systems without DAX behave alike: their pages are in the page cache. */
  private static final FileSystem CACHE = new FileSystem("cache", false);

  private final Map<Key, Group> groups = new HashMap<>();
  private final Map<String, Set<FileSystem>> fileSystems = new HashMap<>();
  private final Map<Cell, Count> cells = new HashMap<>();
  private final Set<Found> found = new HashSet<>();

  private record FileSystem(String type, boolean dax) {}

  private record Key(String fingerprint, String app, String rule) {}

  private record Cell(String kernel, FileSystem fileSystem, String rule) {}

  /** A cell that one timeline has a finding for, whatever its fingerprint. */
  private record Found(String timeline, Cell cell) {}

  private static final class Count {
    private long timelines;
    private long conclusive;
    private long hazardous;
  }

  /** One finding over all hosts. */
  private static final class Group {
    private final Set<String> hosts = new HashSet<>();
    private FindingRow worst;
    private long timelines;
    private long count;
    private Instant first;
    private Instant last;

    void add(FindingRow row) {
      hosts.add(row.host());
      timelines++;
      count += row.count();
      // Of the equally bad the one of the first timeline: the order of the rows does not matter.
      if (worst == null || WORSE.compare(row, worst) > 0) {
        worst = row;
      }
      if (row.start() != null) {
        first = first == null || row.start().isBefore(first) ? row.start() : first;
        last = last == null || row.start().isAfter(last) ? row.start() : last;
      }
    }

    private static final Comparator<FindingRow> WORSE =
        Comparator.comparingInt(FindingRow::severityRank)
            .thenComparingInt(FindingRow::certaintyRank)
            .thenComparing(Comparator.comparing(FindingRow::timeline).reversed());
  }

  /** Makes a summary of no rows. */
  DaySummary() {}

  /** Reads the rows of a day of a version. */
  static DaySummary of(Path version, LocalDate day) throws IOException {
    DaySummary summary = new DaySummary();
    read(version, Table.RUNS, day, summary::run);
    read(version, Table.COVERAGE, day, summary::coverage);
    read(version, Table.FINDINGS, day, summary::finding);
    return summary;
  }

  private static <T extends Record> void read(
      Path version, Table<T> table, LocalDate day, ParquetFiles.RowUse<T> use) throws IOException {
    for (Path file : Tables.entries(version.resolve(table.name()).resolve(Tables.DAY + day))) {
      ParquetFiles.read(file, table.rows(), use);
    }
  }

  /** Counts a row, if it is of a table that is summed up. Of a timeline the runs come first. */
  void add(Record row) {
    if (row instanceof RunRow run) {
      run(run);
    } else if (row instanceof CoverageRow coverage) {
      coverage(coverage);
    } else if (row instanceof FindingRow finding) {
      finding(finding);
    }
  }

  private void run(RunRow row) {
    if (row.audited()) {
      Set<FileSystem> mounted =
          fileSystems.computeIfAbsent(row.timeline(), _ -> new HashSet<>(List.of(CACHE)));
      row.fileSystems().forEach(type -> mounted.add(new FileSystem(type, true)));
    }
  }

  private void coverage(CoverageRow row) {
    for (FileSystem mounted : fileSystems.getOrDefault(row.timeline(), Set.of(CACHE))) {
      Count count = count(new Cell(row.kernelLine(), mounted, row.rule()));
      count.timelines++;
      count.conclusive += row.conclusive() ? 1 : 0;
    }
  }

  private void finding(FindingRow row) {
    groups
        .computeIfAbsent(new Key(row.fingerprint(), row.app(), row.rule()), _ -> new Group())
        .add(row);
    FileSystem where = row.dax() ? new FileSystem(row.fileSystem(), true) : CACHE;
    Cell cell = new Cell(row.kernelLine(), where, row.rule());
    if (found.add(new Found(row.timeline(), cell))) {
      count(cell).hazardous++;
    }
  }

  private Count count(Cell cell) {
    return cells.computeIfAbsent(cell, _ -> new Count());
  }

  /** Returns one row for each finding and application, in a fixed order. */
  List<FingerprintRow> fingerprints() {
    return groups.entrySet().stream()
        .map(entry -> row(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing(FingerprintRow::fingerprint)
                .thenComparing(FingerprintRow::app)
                .thenComparing(FingerprintRow::rule))
        .toList();
  }

  private static FingerprintRow row(Key key, Group group) {
    return new FingerprintRow(
        key.fingerprint,
        key.app,
        key.rule,
        group.worst.severity(),
        group.worst.severityRank(),
        group.hosts.size(),
        group.timelines,
        group.count,
        group.first,
        group.last,
        group.worst.site(),
        group.worst.what());
  }

  /** Returns one row for each kernel, file system and rule, in a fixed order. */
  List<MatrixRow> matrix() {
    return cells.entrySet().stream()
        .map(
            entry ->
                new MatrixRow(
                    entry.getKey().kernel,
                    entry.getKey().fileSystem.type,
                    entry.getKey().fileSystem.dax,
                    entry.getKey().rule,
                    entry.getValue().timelines,
                    entry.getValue().conclusive,
                    entry.getValue().hazardous))
        .sorted(
            Comparator.comparing(MatrixRow::kernelLine)
                .thenComparing(MatrixRow::fileSystem)
                .thenComparing(MatrixRow::dax)
                .thenComparing(MatrixRow::rule))
        .toList();
  }
}
