package io.pinaudit.cli.recording;

import com.github.luben.zstd.ZstdOutputStream;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A run as the one file that a fleet collects, {@code DAY/RECORDING.tar.zst}, in a folder or in a
 * store.
 *
 * @param day name of the folder: the day on which the recording began, in UTC
 * @param recording id of the recording
 */
public record PackedRun(String day, String recording) {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final String SUFFIX = ".tar.zst";
  private static final String UNFINISHED = ".unfinished";
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DEEPEST = 3;

  /** Returns the packed form of a recording. */
  public static PackedRun of(Origin origin) {
    return new PackedRun(
        LocalDate.ofInstant(origin.start(), ZoneOffset.UTC).toString(), origin.recordingId());
  }

  /** Returns the name of the file. */
  public String name() {
    return recording + SUFFIX;
  }

  /** Returns the name that the file has until it is whole, where it can be renamed. */
  public String unfinishedName() {
    return "." + recording + UNFINISHED;
  }

  /** Returns whether a name is that of a folder of a day that is older than so many days. */
  public static boolean isOldDay(String folder, int keepDays, LocalDate today) {
    return DAY.matcher(folder).matches()
        && folder.compareTo(today.minusDays(keepDays).toString()) < 0;
  }

  /** Returns whether a name is that of a packed run, or of one that was never finished. */
  public static boolean isName(String file) {
    return file.endsWith(SUFFIX) || file.endsWith(UNFINISHED);
  }

  /**
   * Packs a run directory, and closes the stream.
   *
   * @throws IOException if not all was written
   */
  public static void write(Path directory, OutputStream target) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new ZstdOutputStream(new BufferedOutputStream(target, BUFFER_BYTES)))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Path each : files(directory)) {
        add(each, directory.relativize(each).toString(), tar);
      }
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
}
