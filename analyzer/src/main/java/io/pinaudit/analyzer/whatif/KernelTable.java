package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
   * @param fileSystem type with DAX, {@code cache} without, {@code *} for any
   * @param first version
   * @param last version; null if there is none yet
   * @param outcome what the kernel does, in one word
   * @param does what the kernel does
   * @param knownFrom the source: where that was seen or read
   */
  public record Row(
      String operation,
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
      return new KernelTable(
          text.lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(KernelTable::row)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] cells = line.split("\\|");
    if (cells.length != COLUMNS) {
      throw new IllegalStateException("kernels.table: expected " + COLUMNS + " columns: " + line);
    }
    return new Row(
        cells[0].strip().replaceAll(" +", " "),
        cells[1].strip(),
        Version.of(cells[2].strip()),
        Version.of(cells[3].strip()),
        Outcome.named(cells[4].strip())
            .orElseThrow(
                () -> new IllegalStateException("kernels.table: no such outcome: " + line)),
        cells[5].strip(),
        cells[6].strip());
  }

  /**
   * Returns the row that applies to a kernel; empty if the table does not say what it does.
   *
   * @param operation the whole operation, such as {@code truncate unmapped}
   */
  Optional<Row> row(String operation, String fileSystem, Version kernel) {
    return rows.stream()
        .filter(row -> row.operation.equals(operation) && row.covers(kernel))
        .filter(row -> row.fileSystem.equals(fileSystem) || row.fileSystem.equals("*"))
        .findFirst();
  }

  /**
   * Returns what is known of an operation.
   *
   * @param operation the first word of its name, or all of it
   * @param fileSystem null for all file systems
   */
  public List<Row> of(String operation, String fileSystem) {
    return rows.stream()
        .filter(row -> row.operation.equals(operation) || row.operation.startsWith(operation + " "))
        .filter(
            row ->
                fileSystem == null
                    || row.fileSystem.equals("*")
                    || row.fileSystem.equals(fileSystem))
        .toList();
  }

  /** Returns the operation in which a finding's pinned pages were taken, as the table calls it. */
  public static String operation(Finding finding) {
    return switch (finding.hazard()) {
      case LONGTERM_PIN_ON_FILE -> "longterm";
      case STORAGE_ENDPOINT_RACE -> "storage";
      case TRUNCATED_BELOW_MAPPING -> "fault";
      case UNORDERED_CUT -> isEviction(finding) ? "evict" : "truncate";
      case FREED_WHILE_PINNED,
          REUSED_WHILE_PINNED,
          TRUNCATE_STALLED_BY_PIN,
          ORPHANED_WHILE_PINNED,
          UNMAPPED_WHILE_PINNED ->
          isEviction(finding) ? "evict" : "truncate";
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
