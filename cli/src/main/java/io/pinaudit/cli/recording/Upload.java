package io.pinaudit.cli.recording;

import com.github.luben.zstd.ZstdOutputStream;
import io.pinaudit.cli.UsageException;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Sends a run that has ended to a folder where a fleet collects them, as one file: {@code
 * STORE/2026-11-30/RECORDING.tar.zst}. It is written under another name and then renamed, so that
 * nobody reads half of it.
 *
 * @param store the folder
 * @param keepDays days after which what lies there is deleted; 0 to keep all
 */
record Upload(Path store, int keepDays) {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]+:/.*");
  private static final String SUFFIX = ".tar.zst";
  private static final String UNFINISHED = ".unfinished";
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DEEPEST = 3;

  /** Adds the options. */
  static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt("upload")
                .hasArg()
                .argName("DIR")
                .desc("send the run, packed, to a folder or file: URI where a fleet collects them")
                .get())
        .addOption(
            Option.builder()
                .longOpt("keep-days")
                .hasArg()
                .argName("N")
                .desc("with --upload: delete what lies there for more than N days")
                .get());
  }

  /**
   * Reads the options, and makes sure that the folder can be written to before hours are recorded.
   *
   * @return null if nothing is to be sent
   */
  static Upload of(CommandLine line) throws IOException {
    String store = line.getOptionValue("upload");
    String days = line.getOptionValue("keep-days");
    if (store == null) {
      if (days != null) {
        throw new UsageException("--keep-days needs --upload DIR");
      }
      return null;
    }
    if (days != null && !days.matches("[1-9]\\d{0,4}")) {
      throw new UsageException("--keep-days '" + days + "' outside [1, 99999]");
    }
    Path folder = folder(store);
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new UsageException("--upload " + store + ": cannot be written to");
    }
    return new Upload(folder, days == null ? 0 : Integer.parseInt(days));
  }

  private static Path folder(String store) {
    if (!SCHEME.matcher(store).matches()) {
      return Path.of(store).toAbsolutePath();
    }
    try {
      if (store.startsWith("file:")) {
        return Path.of(URI.create(store));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--upload " + store + ": no file: URI: " + e.getMessage());
    }
    throw new UsageException(
        "--upload " + store + ": only folders and file: URIs: mount the store, and name a folder");
  }

  /**
   * Sends a run, and deletes what has become too old.
   *
   * @param directory of the run
   * @return the file that it became
   * @throws IOException if it cannot be sent; the run directory is as it was
   */
  Path send(Path directory, Origin origin) throws IOException {
    LocalDate day = LocalDate.ofInstant(origin.start(), ZoneOffset.UTC);
    Path folder = Files.createDirectories(store.resolve(day.toString()));
    Path unfinished = folder.resolve("." + origin.recordingId() + UNFINISHED);
    Path file = folder.resolve(origin.recordingId() + SUFFIX);
    try {
      pack(directory, unfinished);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    deleteOld(LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC));
    return file;
  }

  private static void pack(Path directory, Path target) throws IOException {
    try (OutputStream file = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(
                new ZstdOutputStream(new BufferedOutputStream(file, BUFFER_BYTES)))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Path each : files(directory)) {
        add(each, directory.relativize(each).toString(), tar);
      }
    }
    try (FileChannel written = FileChannel.open(target, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  /**
   * Returns the files of a run directory, the description first: a program that lists the runs of a
   * store reads no further.
   */
  private static List<Path> files(Path directory) throws IOException {
    Path description = directory.resolve(RunDescription.FILE_NAME);
    try (Stream<Path> files = Files.walk(directory, DEEPEST)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .sorted(
              Comparator.comparing((Path file) -> !file.equals(description))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  /** Packs as many bytes of a file as it has now: a JVM that outlives the run may still write. */
  private static void add(Path file, String name, TarArchiveOutputStream tar) throws IOException {
    long left = Files.size(file);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(left);
    entry.setLastModifiedTime(Files.getLastModifiedTime(file));
    tar.putArchiveEntry(entry);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new IOException(file + ": became shorter while it was packed");
        }
        tar.write(buffer, 0, count);
        left -= count;
      }
    }
    tar.closeArchiveEntry();
  }

  /** Deletes runs in folders of days, and nothing else. */
  void deleteOld(LocalDate today) throws IOException {
    if (keepDays == 0) {
      return;
    }
    String oldest = today.minusDays(keepDays).toString();
    List<Path> old = new ArrayList<>();
    try (Stream<Path> days = Files.list(store)) {
      days.filter(day -> DAY.matcher(day.getFileName().toString()).matches())
          .filter(day -> day.getFileName().toString().compareTo(oldest) < 0)
          .filter(day -> Files.isDirectory(day, LinkOption.NOFOLLOW_LINKS))
          .forEach(old::add);
    }
    for (Path day : old) {
      delete(day);
    }
  }

  private static void delete(Path day) throws IOException {
    Files.walkFileTree(
        day,
        Set.of(),
        1,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = file.getFileName().toString();
            if (attributes.isRegularFile()
                && (name.endsWith(SUFFIX) || name.endsWith(UNFINISHED))) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    try (Stream<Path> left = Files.list(day)) {
      if (left.findAny().isEmpty()) {
        Files.deleteIfExists(day);
      }
    }
  }
}
