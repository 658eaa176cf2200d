package io.pinaudit.fleet.report;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.IndexRow;
import io.pinaudit.fleet.row.MatrixRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a report on a fleet says. Rows are read one after the other; what is kept grows
 * with the hosts, days and different findings, not with the runs. Confined to one thread.
 */
final class Summary {
  private static final int MOST_FAILURES = 20;
  private static final int MOST_REASONS = 10_000;

  /** A host whose last run is so many days before the newest of all is silent. */
  private static final int SILENT_DAYS = 2;

  private final Path tables;
  private final Since since;
  private final Map<String, Integer> hosts = new HashMap<>();
  private final Map<String, LocalDate> lastDays = new HashMap<>();
  private final TreeMap<LocalDate, Day> days = new TreeMap<>();
  private final Map<Group, Sighting> groups = new HashMap<>();
  private final Map<Judged, CompleteRuns> complete = new HashMap<>();
  private final Map<String, RuleCoverage> coverage = new LinkedHashMap<>();
  private final TreeMap<Cell, long[]> cells = new TreeMap<>();
  private final Map<String, Long> reasons = new HashMap<>();
  private final List<RunRow> failures = new ArrayList<>();
  private List<Sighting> sightings;
  private long failed;
  private long runs;
  private long completeRuns;

  private record Group(String fingerprint, String app, String rule) {}

  private record Judged(String app, String rule) {}

  /** How far one rule could be applied, in timelines. */
  record RuleCoverage(String rule, Map<String, Long> outcomes) {
    long conclusive() {
      return outcomes.getOrDefault("applied", 0L) + outcomes.getOrDefault("ruled-out", 0L);
    }

    long all() {
      return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Names a field of the matrix. */
  record Cell(String kernel, String fileSystem, String rule) implements Comparable<Cell> {
    @Override
    public int compareTo(Cell other) {
      return Comparator.comparing(Cell::kernel, Summary::byNumbers)
          .thenComparing(Cell::fileSystem)
          .thenComparing(Cell::rule)
          .compare(this, other);
    }
  }

  /** What is known of a field: the complete runs behind it, and those with a finding. */
  record Count(long timelines, long conclusive, long hazardous) {}

  /** A host that was not heard of lately. */
  record Silent(String host, LocalDate last) {}

  /** A line of Java, the hosts that it was seen on, and the rules. */
  record Site(String line, int hosts, List<String> rules) {}

  private Summary(Path tables, Since since) {
    this.tables = tables;
    this.since = since;
  }

  /** Reads tables. */
  static Summary of(Tables tables, Since since) throws IOException {
    Summary summary = new Summary(tables.folder(), since);
    for (Hazard hazard : Hazard.values()) {
      summary.coverage.put(hazard.rule(), new RuleCoverage(hazard.rule(), new TreeMap<>()));
    }
    tables.read(Table.RUNS, summary::run);
    tables.read(Table.COVERAGE, summary::coverage);
    tables.read(Table.FINDINGS, summary::finding);
    tables.read(Table.MATRIX, summary::cell);
    summary.judge();
    return summary;
  }

  private void run(LocalDate day, RunRow row) {
    since.note(day, row.app(), row.version());
    boolean isComplete = "complete".equals(row.completeness());
    Day ofRun = days.computeIfAbsent(day, _ -> new Day());
    ofRun.run(isComplete, !row.audited());
    if (isOfAHost(row)) {
      ofRun.host(number(row.host()));
      lastDays.merge(row.host(), day, (a, b) -> a.isAfter(b) ? a : b);
    }
    runs++;
    completeRuns += isComplete ? 1 : 0;
    if (!row.audited()) {
      failed++;
      if (failures.size() < MOST_FAILURES) {
        failures.add(row);
      }
    }
    for (String reason : row.reasons()) {
      // Of one kind are those that differ in numbers only.
      String kind = reason.replaceAll("\\d+", "#");
      if (reasons.size() < MOST_REASONS || reasons.containsKey(kind)) {
        reasons.merge(kind, 1L, Long::sum);
      }
    }
  }

  /** A run whose description cannot be read is of nobody knows which host, not of one more. */
  private static boolean isOfAHost(RunRow row) {
    return row.audited() || !row.host().equals(IndexRow.UNKNOWN);
  }

  private int number(String host) {
    return hosts.computeIfAbsent(host, _ -> hosts.size());
  }

  private void coverage(LocalDate day, CoverageRow row) {
    coverage
        .computeIfAbsent(row.rule(), rule -> new RuleCoverage(rule, new TreeMap<>()))
        .outcomes
        .merge(row.outcome(), 1L, Long::sum);
    if (row.conclusive()) {
      complete
          .computeIfAbsent(new Judged(row.app(), row.rule()), _ -> new CompleteRuns())
          .add(day, since.includes(day, row.app(), row.version()));
    }
  }

  private void finding(LocalDate day, FindingRow row) {
    days.computeIfAbsent(day, _ -> new Day()).finding(row.severityRank());
    groups
        .computeIfAbsent(new Group(row.fingerprint(), row.app(), row.rule()), _ -> new Sighting())
        .add(day, row, number(row.host()), since.includes(day, row.app(), row.version()));
  }

  private void cell(LocalDate day, MatrixRow row) {
    String fileSystem = row.dax() ? row.fileSystem() + ", DAX" : "page cache";
    long[] counts =
        cells.computeIfAbsent(new Cell(row.kernelLine(), fileSystem, row.rule()), _ -> new long[3]);
    counts[0] += row.timelines();
    counts[1] += row.conclusive();
    counts[2] += row.hazardous();
  }

  private void judge() {
    groups.forEach(
        (group, sighting) ->
            sighting.judge(
                complete.getOrDefault(new Judged(group.app, group.rule), CompleteRuns.NONE)));
    sightings = groups.values().stream().sorted(Sighting.ORDER).toList();
  }

  /** Compares kernels by their numbers: {@code 5.10} is younger than {@code 5.4}. */
  private static int byNumbers(String a, String b) {
    return Arrays.compare(numbers(a), numbers(b)) != 0
        ? Arrays.compare(numbers(a), numbers(b))
        : a.compareTo(b);
  }

  private static int[] numbers(String version) {
    return version.matches("\\d{1,6}\\.\\d{1,6}")
        ? Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray()
        : new int[0];
  }

  /** Returns the folder of the tables. */
  Path tables() {
    return tables;
  }

  /** Returns what divides the runs. */
  Since since() {
    return since;
  }

  /** Returns the counts of each day, in the order of days. */
  SortedMap<LocalDate, Day> days() {
    return days;
  }

  /** Returns all findings, in the order of a report. */
  List<Sighting> sightings() {
    return sightings;
  }

  /** Returns the findings of one standing. */
  List<Sighting> sightings(Standing standing) {
    return sightings.stream().filter(one -> one.standing() == standing).toList();
  }

  long runs() {
    return runs;
  }

  long completeRuns() {
    return completeRuns;
  }

  long failed() {
    return failed;
  }

  int hosts() {
    return hosts.size();
  }

  /** Returns some of the recordings that could not be audited. */
  List<RunRow> failures() {
    return failures;
  }

  List<RuleCoverage> coverage() {
    return List.copyOf(coverage.values());
  }

  /** Returns why runs are not complete, the most frequent reasons first. */
  List<Map.Entry<String, Long>> reasons() {
    return reasons.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(10)
        .toList();
  }

  /** Kernels of the matrix, in order. */
  List<String> kernels() {
    return cells.keySet().stream().map(Cell::kernel).distinct().toList();
  }

  /** Kinds of file systems of the matrix, in order. */
  List<String> fileSystems() {
    return cells.keySet().stream().map(Cell::fileSystem).distinct().sorted().toList();
  }

  /** Rules that found something anywhere. */
  List<String> firing() {
    return coverage.keySet().stream()
        .filter(
            rule ->
                cells.entrySet().stream()
                    .anyMatch(cell -> cell.getKey().rule.equals(rule) && cell.getValue()[2] > 0))
        .toList();
  }

  /** Returns a field of the matrix; null if no such file system was mounted on such a kernel. */
  Count count(Cell cell) {
    long[] counts = cells.get(cell);
    return counts == null ? null : new Count(counts[0], counts[1], counts[2]);
  }

  /** Hosts without a run lately, the longest silent first. */
  List<Silent> silent() {
    if (days.isEmpty()) {
      return List.of();
    }
    LocalDate limit = days.lastKey().minusDays(SILENT_DAYS);
    return lastDays.entrySet().stream()
        .filter(host -> !host.getValue().isAfter(limit))
        .map(host -> new Silent(host.getKey(), host.getValue()))
        .sorted(Comparator.comparing(Silent::last).thenComparing(Silent::host))
        .toList();
  }

  /** Lines of Java by the hosts that they were seen on, the most first. */
  List<Site> sites() {
    Map<String, BitSet> where = new TreeMap<>();
    Map<String, List<String>> rules = new HashMap<>();
    for (Sighting one : sightings) {
      String line = one.worst().site().isEmpty() ? one.worst().holder() : one.worst().site();
      if (!line.isEmpty()) {
        where.computeIfAbsent(line, _ -> new BitSet()).or(one.everywhere());
        List<String> names = rules.computeIfAbsent(line, _ -> new ArrayList<>());
        if (!names.contains(one.worst().rule())) {
          names.add(one.worst().rule());
        }
      }
    }
    return where.entrySet().stream()
        .map(
            site ->
                new Site(site.getKey(), site.getValue().cardinality(), rules.get(site.getKey())))
        .sorted(Comparator.comparingInt(Site::hosts).reversed().thenComparing(Site::line))
        .limit(20)
        .toList();
  }
}
