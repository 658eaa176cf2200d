package io.pinaudit.analyzer.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kernels do when what is pinned is taken away: the resource {@code kernels.table}, whose head
 * says what it holds.
 *
 * @param rows in the order of the resource
 */
record KernelTable(List<Row> rows) {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");
  private static final int COLUMNS = 6;

  /** A kernel's version as far as it matters here. */
  record Version(int major, int minor) implements Comparable<Version> {
    /** Of {@code 6.1.0-56-amd64}; null if it is none. */
    static Version of(String release) {
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
   * What some kernels do.
   *
   * @param operation what is done to what is pinned
   * @param fileSystem type with DAX, {@code cache} without, {@code *} for any
   * @param first version
   * @param last version; null if there is none yet
   * @param does what the kernel does
   * @param knownFrom where that was seen or read
   */
  record Row(
      String operation,
      String fileSystem,
      Version first,
      Version last,
      String does,
      String knownFrom) {
    boolean covers(Version kernel) {
      return first.compareTo(kernel) <= 0 && (last == null || kernel.compareTo(last) <= 0);
    }

    /** {@code 4.19 to 6.14}, {@code 6.15 and later}. */
    String versions() {
      return last == null ? first + " and later" : first + " to " + last;
    }
  }

  /** The table as it is packed. */
  static KernelTable packed() {
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
        cells[4].strip(),
        cells[5].strip());
  }

  /**
   * What is known of an operation.
   *
   * @param operation its first word, or all of it
   * @param fileSystem null for all
   */
  List<Row> of(String operation, String fileSystem) {
    return rows.stream()
        .filter(row -> row.operation.equals(operation) || row.operation.startsWith(operation + " "))
        .filter(
            row ->
                fileSystem == null
                    || row.fileSystem.equals("*")
                    || row.fileSystem.equals(fileSystem))
        .toList();
  }
}
