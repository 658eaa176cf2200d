package io.pinaudit.fleet.find;

import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.row.IndexRow;
import io.pinaudit.harness.FileTree;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The facts about a recording that are known before its audit.
 *
 * @param file where it lies
 * @param row what the index says of it
 * @param startNanos CLOCK_MONOTONIC at its start; -1 if unknown
 * @param endNanos CLOCK_MONOTONIC at its end; -1 if unknown
 * @param day its partition: the day of its start in UTC; if an older recorder did not write that,
 *     the day on which {@code run.json} was last changed
 */
public record RunHead(RunFile file, IndexRow row, long startNanos, long endNanos, LocalDate day)
    implements Serializable {
  private static final long LONGEST_DESCRIPTION_BYTES = 64L << 20;
  private static final int SAMPLED_BYTES = 4096;
  private static final int DIGEST_BYTES = 16;
  private static final int DEEPEST = 3;

  /** Returns whether the recording can be audited at all. */
  public boolean readable() {
    return row.error() == null;
  }

  /**
   * Reads the head of a recording; one that cannot be read has an error instead.
   *
   * @param scratch a folder for what has to be copied or unpacked
   * @throws IOException if the scratch folder cannot be used
   */
  public static RunHead read(RunFile file, Path scratch) throws IOException {
    try {
      return from(file, scratch, directory -> of(file, directory));
    } catch (InputException e) {
      return broken(file, e.getMessage());
    }
  }

  /**
   * Reads the whole description of the recording; null if it has none, or none that can be read.
   *
   * @param scratch a folder for what has to be copied or unpacked
   * @throws IOException if the scratch folder cannot be used
   */
  public RunDescription description(Path scratch) throws IOException {
    try {
      return from(file, scratch, RunHead::whole);
    } catch (InputException e) {
      return null;
    }
  }

  private static RunDescription whole(Path directory) {
    try {
      return Files.isRegularFile(directory.resolve(RunDescription.FILE_NAME))
          ? RunDescriptionReader.read(directory)
          : null;
    } catch (IOException | StackOverflowError e) {
      return null; // its audit will say why
    }
  }

  private static boolean isDescription(String name) {
    return name.equals(RunDescription.FILE_NAME);
  }

  /** Reads something of a recording from its run directory. */
  private interface Reading<T> {
    T read(Path directory) throws IOException;
  }

  /** Copies what a head is read from into an empty folder. */
  private interface Copy {
    /** Returns the run directory. */
    Path into(Path folder) throws IOException;
  }

  private static <T> T from(RunFile file, Path scratch, Reading<T> reading) throws IOException {
    return switch (file) {
      case RunFile.Folder folder -> reading.read(folder.path());
      case RunFile.Archive archive ->
          copied(scratch, to -> Archives.unpack(archive, to, RunHead::isDescription), reading);
      case RunFile.Remote remote -> copied(scratch, to -> copy(remote, to), reading);
    };
  }

  private static <T> T copied(Path scratch, Copy copy, Reading<T> reading) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "pinaudit-head");
    try {
      return reading.read(copy.into(folder));
    } catch (InputException e) {
      throw e;
    } catch (IOException e) {
      // This recording's disk or store fails, not the others'.
      throw new InputException(e.getMessage());
    } finally {
      FileTree.delete(folder);
    }
  }

  private static Path copy(RunFile.Remote remote, Path folder) throws IOException {
    if (remote.isArchive()) {
      return Archives.unpack(remote, folder, RunHead::isDescription);
    }
    if (Stores.of(remote.place()).names(remote.place()).contains(RunDescription.FILE_NAME)) {
      Stores.copy(
          remote.place() + "/" + RunDescription.FILE_NAME,
          folder.resolve(RunDescription.FILE_NAME));
    }
    return folder;
  }

  private static RunHead of(RunFile file, Path directory) throws IOException {
    Path json = directory.resolve(RunDescription.FILE_NAME);
    if (!Files.exists(json)) {
      return of(file, directory, null);
    }
    if (!Files.isRegularFile(json) || Files.size(json) > LONGEST_DESCRIPTION_BYTES) {
      return broken(
          file, file.placed(json + ": error: not a regular file, or one too long", directory));
    }
    try {
      return of(file, directory, RunDescriptionReader.readHead(directory));
    } catch (IOException e) {
      return broken(file, file.placed(e.getMessage(), directory));
    } catch (StackOverflowError e) {
      return broken(file, file.placed(json + ":1: error: nested too deep", directory));
    }
  }

  private static RunHead of(RunFile file, Path directory, RunDescription run) throws IOException {
    Origin origin = run == null ? Origin.UNKNOWN : run.origin();
    List<String> command = run == null ? List.of() : run.command();
    Map<String, String> labels = origin.labels();
    String recording =
        origin.recordingId() == null ? digest(file, directory) : origin.recordingId();
    IndexRow row =
        new IndexRow(
            recording,
            textOr(origin.hostId(), IndexRow.UNKNOWN),
            run == null ? "" : textOr(run.bootId(), ""),
            origin.start(),
            Application.of(labels, command),
            labels.getOrDefault("app.version", ""),
            labels,
            run == null ? "" : textOr(run.kernelRelease(), ""),
            file.place(),
            bytes(file),
            null);
    return new RunHead(
        file,
        row,
        run == null ? -1 : run.startNanos(),
        run == null ? -1 : run.endNanos(),
        day(origin.start(), file));
  }

  /** Returns the head of a recording that cannot be read, for a known reason. */
  public static RunHead broken(RunFile file, String error) throws IOException {
    IndexRow row =
        new IndexRow(
            digest(file, null),
            IndexRow.UNKNOWN,
            "",
            null,
            IndexRow.UNKNOWN,
            "",
            Map.of(),
            "",
            file.place(),
            bytes(file),
            error.lines().findFirst().orElse(""));
    return new RunHead(file, row, -1, -1, day(null, file));
  }

  private static String textOr(String text, String other) {
    return text == null || text.isBlank() ? other : text;
  }

  private static LocalDate day(Instant start, RunFile file) throws IOException {
    Instant moment = start == null ? changed(file) : start;
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  private static Instant changed(RunFile file) throws IOException {
    return switch (file) {
      case RunFile.Folder folder -> {
        Path json = folder.path().resolve(RunDescription.FILE_NAME);
        yield changed(Files.exists(json) ? json : folder.path());
      }
      case RunFile.Archive archive -> changed(archive.path());
      case RunFile.Remote remote -> Instant.ofEpochMilli(remote.changedMillis());
    };
  }

  private static Instant changed(Path path) throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  private static long bytes(RunFile file) throws IOException {
    return switch (file) {
      case RunFile.Folder folder -> bytes(folder.path());
      case RunFile.Archive archive -> bytes(archive.path());
      case RunFile.Remote remote -> remote.bytes();
    };
  }

  private static long bytes(Path path) throws IOException {
    long[] bytes = {0};
    // It brings the sizes along, so that each file is asked once.
    Files.walkFileTree(
        path,
        Set.of(),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              bytes[0] += attributes.size();
            } else if (attributes.isSymbolicLink() && Files.isRegularFile(file)) {
              bytes[0] += Files.size(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }

  private static List<Path> files(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path, DEEPEST)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * Returns the identity of a recording that has no id, from the names and sizes of its files and
   * from the first and last bytes of each: to read them whole would take half as long as an audit.
   * A recording in a store is identified by its place, because even these bytes would have to be
   * copied from there.
   *
   * @param directory where it lies, or was unpacked; null if it cannot be read
   */
  private static String digest(RunFile file, Path directory) throws IOException {
    MessageDigest digest = sha256();
    switch (file) {
      case RunFile.Folder folder -> addFiles(digest, folder.path());
      case RunFile.Archive archive ->
          addFiles(digest, directory == null ? archive.path() : directory);
      case RunFile.Remote remote ->
          add(digest, remote.place() + " " + Long.toString(remote.changedMillis()));
    }
    add(digest, Long.toString(bytes(file)));
    return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void addFiles(MessageDigest digest, Path directory) throws IOException {
    for (Path each : files(directory)) {
      add(digest, directory.relativize(each).toString());
      add(digest, Long.toString(Files.size(each)));
      try (InputStream in = Files.newInputStream(each)) {
        digest.update(in.readNBytes(SAMPLED_BYTES));
        long between = Files.size(each) - 2L * SAMPLED_BYTES;
        in.skip(Math.max(0, between));
        digest.update(in.readNBytes(SAMPLED_BYTES));
      } catch (IOException e) {
        add(digest, "cannot be read"); // and that will be said of its audit
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
