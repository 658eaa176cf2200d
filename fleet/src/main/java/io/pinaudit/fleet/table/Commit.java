package io.pinaudit.fleet.table;

import com.jerolba.carpet.CarpetWriter;
import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.IndexRow;
import io.pinaudit.fleet.row.InterventionRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Rows that become visible together, or not at all.
 *
 * <p>Rows are written as they come; those of one day have to come together, since only the files of
 * one day are open at a time.
 */
public final class Commit implements AutoCloseable {
  private static final String UNFINISHED = ".unfinished";

  private final Tables tables;
  private final int number;
  private final Path stage;
  private final Map<Table<?>, Part<?>> open = new LinkedHashMap<>();
  private final Set<LocalDate> touched = new TreeSet<>();
  private LocalDate day;
  private DaySummary summary; // of the rows of the day; null if it had rows before

  /** A file that is being written. */
  private record Part<T extends Record>(Path file, CarpetWriter<T> writer) {}

  Commit(Tables tables) throws IOException {
    this.tables = tables;
    this.number = tables.version() + 1;
    this.stage = tables.folder().resolve(Tables.VERSIONS).resolve(UNFINISHED);
    if (Files.exists(stage)) {
      FileTree.delete(stage);
    }
    Files.createDirectories(stage);
  }

  /** Adds a row. */
  public <T extends Record> void add(Table<T> table, LocalDate rowDay, T row) throws IOException {
    if (!rowDay.equals(day)) {
      closeDay();
      openDay(rowDay);
    }
    @SuppressWarnings("unchecked") // each table's part is made by part() of that table
    Part<T> part = (Part<T>) open.get(table);
    if (part == null) {
      part = part(table);
      open.put(table, part);
    }
    part.writer.write(row);
    if (summary != null) {
      summary.add(row);
    }
  }

  /**
   * Begins to count the rows of a new day. Counting them as they come is cheaper than reading them
   * again.
   */
  private void openDay(LocalDate next) {
    day = next;
    Path runs = tables.current().resolve(Table.RUNS.name());
    summary = Files.exists(runs.resolve(Tables.DAY + next)) ? null : new DaySummary();
  }

  private void closeDay() throws IOException {
    closeParts();
    if (summary != null) {
      write(summary, day);
      touched.remove(day);
      summary = null;
    }
  }

  private <T extends Record> Part<T> part(Table<T> table) throws IOException {
    Path folder = Files.createDirectories(stage.resolve(table.name()).resolve(Tables.DAY + day));
    Path file = folder.resolve("part-%08d.parquet".formatted(number));
    if (Files.exists(file)) {
      throw new IllegalStateException("rows of " + day + " do not come together");
    }
    if (!table.equals(Table.INDEX)) {
      touched.add(day);
    }
    return new Part<>(file, ParquetFiles.writer(file, table.rows()));
  }

  private void closeParts() throws IOException {
    for (Part<?> part : open.values()) {
      part.writer.close();
      Durable.force(part.file);
    }
    open.clear();
  }

  /**
   * Makes the rows visible, and hides older ones.
   *
   * @param superseded timelines that were judged anew, and the days of their rows
   * @param recordings whose rows in the index are replaced
   */
  public void finish(Map<String, LocalDate> superseded, Set<String> recordings) throws IOException {
    closeDay();
    touched.addAll(superseded.values());
    Predicate<String> stays = timeline -> !superseded.containsKey(timeline);
    Set<LocalDate> rewritten = Set.copyOf(superseded.values());
    keep(Table.RUNS, rewritten, (RunRow row) -> stays.test(row.timeline()));
    keep(Table.FINDINGS, rewritten, (FindingRow row) -> stays.test(row.timeline()));
    keep(Table.COVERAGE, rewritten, (CoverageRow row) -> stays.test(row.timeline()));
    keep(Table.INTERVENTIONS, rewritten, (InterventionRow row) -> stays.test(row.timeline()));
    keep(
        Table.INDEX,
        recordings.isEmpty() ? Set.of() : days(Table.INDEX),
        (IndexRow row) -> !recordings.contains(row.recording()));
    summarize();
    Durable.forceFolders(stage);
    Path version = stage.resolveSibling("%08d".formatted(number));
    Files.move(stage, version);
    Durable.force(version.getParent());
    tables.makeCurrent(version);
  }

  private Set<LocalDate> days(Table<?> table) throws IOException {
    Set<LocalDate> days = new TreeSet<>();
    for (Path folder : Tables.entries(tables.current().resolve(table.name()))) {
      days.add(Tables.date(folder));
    }
    return days;
  }

  /** Takes the current version's files over; those of some days without some rows. */
  private <T extends Record> void keep(
      Table<T> table, Set<LocalDate> rewritten, Predicate<T> staying) throws IOException {
    for (Path folder : Tables.entries(tables.current().resolve(table.name()))) {
      for (Path file : Tables.entries(folder)) {
        Path target = target(table, folder).resolve(file.getFileName());
        if (rewritten.contains(Tables.date(folder))) {
          rewrite(table, file, target, staying);
        } else {
          link(file, target);
        }
      }
    }
  }

  private Path target(Table<?> table, Path day) throws IOException {
    return Files.createDirectories(stage.resolve(table.name()).resolve(day.getFileName()));
  }

  private static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (UnsupportedOperationException e) {
      Files.copy(file, target);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      // Some file systems have no hard links.
      Files.copy(file, target);
      Durable.force(target);
    }
  }

  private static <T extends Record> void rewrite(
      Table<T> table, Path file, Path target, Predicate<T> staying) throws IOException {
    long[] left = {0};
    try (CarpetWriter<T> writer = ParquetFiles.writer(target, table.rows())) {
      ParquetFiles.read(
          file,
          table.rows(),
          row -> {
            if (staying.test(row)) {
              left[0]++;
              writer.write(row);
            }
          });
    }
    if (left[0] == 0) {
      Files.delete(target);
    } else {
      Durable.force(target);
    }
  }

  /** Takes the summary of each day over, but makes anew that of a day whose rows have changed. */
  private void summarize() throws IOException {
    keepSummary(Table.FINGERPRINTS);
    keepSummary(Table.MATRIX);
    for (LocalDate each : touched) {
      write(DaySummary.of(stage, each), each);
    }
  }

  private void write(DaySummary counted, LocalDate of) throws IOException {
    write(Table.FINGERPRINTS, of, counted.fingerprints());
    write(Table.MATRIX, of, counted.matrix());
  }

  private void keepSummary(Table<?> table) throws IOException {
    for (Path folder : Tables.entries(tables.current().resolve(table.name()))) {
      if (!touched.contains(Tables.date(folder))) {
        for (Path file : Tables.entries(folder)) {
          link(file, target(table, folder).resolve(file.getFileName()));
        }
      }
    }
  }

  private <T extends Record> void write(Table<T> table, LocalDate of, Iterable<T> rows)
      throws IOException {
    if (!rows.iterator().hasNext()) {
      return;
    }
    Path folder = Files.createDirectories(stage.resolve(table.name()).resolve(Tables.DAY + of));
    Path file = folder.resolve("all.parquet");
    try (CarpetWriter<T> writer = ParquetFiles.writer(file, table.rows())) {
      for (T row : rows) {
        writer.write(row);
      }
    }
    Durable.force(file);
  }

  /** Drops what was not made visible. */
  @Override
  public void close() throws IOException {
    for (Part<?> part : open.values()) {
      try {
        part.writer.close();
      } catch (IOException | RuntimeException e) {
        // The disk is full, perhaps: the file is deleted all the same.
      }
    }
    open.clear();
    if (Files.exists(stage)) {
      FileTree.delete(stage);
    }
  }
}
