package io.pinaudit.cli.recording;

import io.pinaudit.cli.UsageException;
import io.pinaudit.run.Origin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sends runs to a folder. A file is written under another name and then renamed, so that nobody
 * reads half of it.
 *
 * @param folder where the runs of all days lie
 * @param keepDays days after which what lies there is deleted; 0 to keep all
 */
record FolderUpload(Path folder, int keepDays) implements Upload {
  /** Makes the folder, and throws if it cannot be written to. */
  static FolderUpload into(Path folder, int keepDays) throws IOException {
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new UsageException("--upload " + folder + ": cannot be written to");
    }
    return new FolderUpload(folder, keepDays);
  }

  @Override
  public String send(Path directory, Origin origin) throws IOException {
    PackedRun run = PackedRun.of(origin);
    Path day = Files.createDirectories(folder.resolve(run.day()));
    Path unfinished = day.resolve(run.unfinishedName());
    Path file = day.resolve(run.name());
    try {
      PackedRun.write(directory, Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW));
      try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    deleteOld(LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC));
    return file.toString();
  }

  /** Deletes runs in folders of days, and nothing else. */
  void deleteOld(LocalDate today) throws IOException {
    if (keepDays == 0) {
      return;
    }
    for (Path day : entries(folder)) {
      if (PackedRun.isOldDay(day.getFileName().toString(), keepDays, today)
          && Files.isDirectory(day, LinkOption.NOFOLLOW_LINKS)) {
        delete(day);
      }
    }
  }

  private static void delete(Path day) throws IOException {
    for (Path file : entries(day)) {
      if (PackedRun.isName(file.getFileName().toString())
          && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(file);
      }
    }
    if (entries(day).isEmpty()) {
      Files.deleteIfExists(day);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
