package io.pinaudit.fleet.table;

import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a fleet's tables:
 *
 * <pre>
 * TABLES/pinaudit-tables             the layout's version
 * TABLES/current -> versions/00000007
 * TABLES/versions/00000007/findings/day=2026-11-30/part-00000006.parquet
 * </pre>
 *
 * <p>A commit makes a new version beside the current one, with hard links to the files that stay as
 * they are, and then replaces the link. A process that is killed before that leaves the current
 * version as it was; the next one deletes what is left over.
 */
public final class Tables implements AutoCloseable {
  static final String CURRENT = "current";
  static final String VERSIONS = "versions";
  static final String DAY = "day=";
  private static final String LAYOUT_FILE = "pinaudit-tables";
  private static final String LAYOUT = "pinaudit tables, layout 1\n";

  private final Path folder;
  private final FileChannel lockFile; // null if only read

  /** Takes each row of a table. */
  @FunctionalInterface
  public interface RowUse<T> {
    /**
     * Takes a row.
     *
     * @param day its partition
     */
    void use(LocalDate day, T row) throws IOException;
  }

  private Tables(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Opens tables to read them.
   *
   * @throws IOException if the folder has no tables, or tables of another layout
   */
  public static Tables reading(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(LAYOUT_FILE))) {
      throw Files.exists(folder)
          ? new InputException(folder + ": error: no tables: make them with pinaudit fleet audit")
          : new NoSuchFileException(folder.toString());
    }
    checkLayout(folder);
    return new Tables(folder, null);
  }

  /**
   * Opens tables to write to them, and makes them if there are none.
   *
   * @throws IOException if another process writes to them, or the folder is something else
   */
  public static Tables writing(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!Files.exists(folder.resolve(LAYOUT_FILE))) {
      try (Stream<Path> others = Files.list(folder)) {
        if (others.anyMatch(file -> !file.getFileName().toString().startsWith("."))) {
          throw new InputException(folder + ": error: holds something else: name a new folder");
        }
      }
      Path unfinished = Files.writeString(folder.resolve("." + LAYOUT_FILE), LAYOUT);
      Files.move(unfinished, folder.resolve(LAYOUT_FILE));
    }
    checkLayout(folder);
    Tables tables = new Tables(folder, lock(folder));
    try {
      Files.createDirectories(folder.resolve(VERSIONS));
      tables.tidy();
    } catch (IOException e) {
      tables.close();
      throw e;
    }
    return tables;
  }

  private static void checkLayout(Path folder) throws IOException {
    String layout = Files.readString(folder.resolve(LAYOUT_FILE));
    if (!layout.equals(LAYOUT)) {
      throw new InputException(
          folder
              + ": error: found tables of another layout, expected layout 1: audit into a new"
              + " folder");
    }
  }

  /** Locks the tables. The system gives the lock back when a process is killed. */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
    }
    channel.close();
    throw new InputException(folder + ": error: another process writes to these tables");
  }

  /** Deletes what commits that never ended have left. */
  private void tidy() throws IOException {
    String current = Files.exists(current()) ? number(current().toRealPath()) : "";
    try (Stream<Path> versions = Files.list(folder.resolve(VERSIONS))) {
      for (Path version : versions.toList()) {
        String number = version.getFileName().toString();
        if (number.startsWith(".") || number.compareTo(current) > 0) {
          FileTree.delete(version);
        }
      }
    }
  }

  private static String number(Path version) {
    return version.getFileName().toString();
  }

  /** Returns the folder of these tables. */
  public Path folder() {
    return folder;
  }

  Path current() {
    return folder.resolve(CURRENT);
  }

  /** Returns the number of the current version; 0 before the first commit. */
  int version() throws IOException {
    return Files.exists(current()) ? Integer.parseInt(number(current().toRealPath())) : 0;
  }

  /** Begins a commit. */
  public Commit commit() throws IOException {
    return new Commit(this);
  }

  /** Reads all rows of a table, day by day. */
  public <T extends Record> void read(Table<T> table, RowUse<T> use) throws IOException {
    if (Files.exists(current())) {
      // The version that is current now: a commit meanwhile does not mix with it.
      read(current().toRealPath(), table, use);
    }
  }

  static <T extends Record> void read(Path version, Table<T> table, RowUse<T> use)
      throws IOException {
    for (Path day : entries(version.resolve(table.name()))) {
      LocalDate date = date(day);
      for (Path file : entries(day)) {
        ParquetFiles.read(file, table.rows(), row -> use.use(date, row));
      }
    }
  }

  static LocalDate date(Path day) {
    return LocalDate.parse(day.getFileName().toString().substring(DAY.length()));
  }

  /** Returns the files and folders in a folder by name; none if there is no such folder. */
  static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  /** Makes a version, whose folder stands beside the others, the current one. */
  void makeCurrent(Path version) throws IOException {
    Path link = folder.resolve(".current");
    Files.deleteIfExists(link);
    try {
      Files.createSymbolicLink(link, Path.of(VERSIONS, number(version)));
    } catch (FileAlreadyExistsException e) {
      throw new InputException(folder + ": error: another process writes to these tables");
    }
    Files.move(
        link, current(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durable.force(folder);
    deleteBefore(Integer.parseInt(number(version)) - 1);
  }

  /** Deletes old versions. Somebody may still read the version before the current one. */
  private void deleteBefore(int oldest) throws IOException {
    for (Path version : entries(folder.resolve(VERSIONS))) {
      if (!number(version).startsWith(".") && Integer.parseInt(number(version)) < oldest) {
        FileTree.delete(version);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (lockFile != null) {
      lockFile.close();
    }
  }
}
