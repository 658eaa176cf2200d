package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.run.FileSystemType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of what kernels do when pinned pages are taken away. The resource {@code kernels.table}
 * holds it, and explains its columns at its head.
 *
 * @param rows in the order of the resource
 */
public record KernelTable(List<Row> rows) {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");
  private static final int COLUMNS = 7;

  /** The file system of rows about files without DAX, whichever their file system. */
  public static final String CACHE = "cache";

  /** The file system of rows that hold for all. */
  public static final String ANY = "*";

  /** The two numbers of a kernel's version that matter here. */
  public record Version(int major, int minor) implements Comparable<Version> {
    /** Parses a release such as {@code 6.1.0-56-amd64}; returns null if it is none. */
    public static Version of(String release) {
      Matcher version = VERSION.matcher(release);
      return version.lookingAt()
          ? new Version(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)))
          : null;
    }

    @Override
    public int compareTo(Version other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * One row: what a range of kernels does.
   *
   * @param operation the operation on the pinned pages
   * @param fileSystem type with DAX, {@link #CACHE} without, {@link #ANY} for any
   * @param first version
   * @param last version; null if there is none yet
   * @param outcome what the kernel does, in one word
   * @param does what the kernel does
   * @param knownFrom the source: where that was seen or read
   */
  public record Row(
      TableOperation operation,
      String fileSystem,
      Version first,
      Version last,
      Outcome outcome,
      String does,
      String knownFrom) {
    /** Returns whether the row applies to a kernel. */
    public boolean covers(Version kernel) {
      return first.compareTo(kernel) <= 0 && (last == null || kernel.compareTo(last) <= 0);
    }

    /** Returns the versions in words: {@code 4.19 to 6.14}, {@code 6.15 and later}. */
    public String versions() {
      return last == null
          ? first + " and later"
          : first.equals(last) ? first.toString() : first + " to " + last;
    }
  }

  /** Returns the table that is packed into this program. */
  public static KernelTable packed() {
    try (InputStream in = KernelTable.class.getResourceAsStream("kernels.table")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new KernelTable(rows(text.lines().toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the rows of a table.
   *
   * @throws IllegalStateException if a row is not one, with the file and the line
   */
  static List<Row> rows(List<String> lines) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(row(line, i + 1));
      }
    }
    return List.copyOf(rows);
  }

  private static Row row(String line, int number) {
    String[] cells = line.split("\\|");
    if (cells.length != COLUMNS) {
      throw error(number, line, COLUMNS + " columns");
    }
    String fileSystem = cells[1].strip();
    boolean isType = FileSystemType.named(fileSystem) != FileSystemType.OTHER;
    if (!isType && !fileSystem.equals(CACHE) && !fileSystem.equals(ANY)) {
      throw error(number, fileSystem, "a file system, cache or *");
    }
    String operation = cells[0].strip().replaceAll(" +", " ");
    return new Row(
        TableOperation.parse(operation).orElseThrow(() -> error(number, operation, "an operation")),
        fileSystem,
        Version.of(cells[2].strip()),
        Version.of(cells[3].strip()),
        Outcome.named(cells[4].strip())
            .orElseThrow(() -> error(number, cells[4].strip(), "an outcome")),
        cells[5].strip(),
        cells[6].strip());
  }

  private static IllegalStateException error(int number, String found, String expected) {
    return new IllegalStateException(
        "kernels.table:%d: error: found '%s', expected %s".formatted(number, found, expected));
  }

  /** Returns the row that applies to a kernel; empty if the table does not say what it does. */
  Optional<Row> row(TableOperation operation, String fileSystem, Version kernel) {
    return rows.stream()
        .filter(row -> row.operation.equals(operation) && row.covers(kernel))
        .filter(row -> row.fileSystem.equals(fileSystem) || row.fileSystem.equals(ANY))
        .findFirst();
  }

  /**
   * Returns what is known of an operation.
   *
   * @param fileSystem null for all file systems
   */
  public List<Row> of(TableOperation.Kind operation, String fileSystem) {
    return rows.stream()
        .filter(row -> row.operation.kind() == operation)
        .filter(
            row ->
                fileSystem == null
                    || row.fileSystem.equals(ANY)
                    || row.fileSystem.equals(fileSystem))
        .toList();
  }

  /** Returns the operation in which a finding's pinned pages were taken, as the table calls it. */
  public static TableOperation.Kind operation(Finding finding) {
    return switch (finding.hazard()) {
      case LONGTERM_PIN_ON_FILE -> TableOperation.Kind.LONGTERM;
      case STORAGE_ENDPOINT_RACE -> TableOperation.Kind.STORAGE;
      case TRUNCATED_BELOW_MAPPING -> TableOperation.Kind.FAULT;
      case FREED_WHILE_PINNED,
          REUSED_WHILE_PINNED,
          TRUNCATE_STALLED_BY_PIN,
          ORPHANED_WHILE_PINNED,
          UNMAPPED_WHILE_PINNED,
          UNORDERED_CUT ->
          isEviction(finding) ? TableOperation.Kind.EVICT : TableOperation.Kind.TRUNCATE;
    };
  }

  private static boolean isEviction(Finding finding) {
    return finding.first().steps().stream()
        .filter(step -> step.role().takes())
        .findFirst()
        .filter(step -> step.actor().does().endsFile())
        .isPresent();
  }
}
