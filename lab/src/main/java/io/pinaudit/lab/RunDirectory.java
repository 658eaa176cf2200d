package io.pinaudit.lab;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Creates the folder in which a guest leaves its results. */
final class RunDirectory {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private RunDirectory() {}

  /** Returns the folder that the user named; creates it if it does not exist. */
  static Path named(String name) throws IOException {
    Path directory = Path.of(name).toAbsolutePath().normalize();
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UsageException("lab: " + name + " is not a directory");
    }
    return Files.createDirectories(directory);
  }

  /** Creates a new folder {@code pinaudit-runs/lab-TIME} below the given one. */
  static Path fresh(Path parent, LocalDateTime now) throws IOException {
    Path runs = runsBelow(parent);
    String name = "lab-" + TIME.format(now);
    int attempt = 1;
    Path directory = runs.resolve(name);
    while (!createdNow(directory)) {
      attempt++;
      directory = runs.resolve(name + "-" + attempt);
    }
    return directory;
  }

  private static Path runsBelow(Path parent) throws IOException {
    try {
      return Files.createDirectories(parent.resolve("pinaudit-runs"));
    } catch (FileSystemException e) {
      throw new IOException(
          "no folder can be made in " + parent + ": go to another one, or name one with -o", e);
    }
  }

  private static boolean createdNow(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }
}
