package io.pinaudit.lab;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Where a lab run leaves what is to stay. */
final class RunDirectory {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private RunDirectory() {}

  /** The folder that the user named, made if it is not there. */
  static Path named(String name) throws IOException {
    Path directory = Path.of(name).toAbsolutePath().normalize();
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UsageException("lab: " + name + " is not a directory");
    }
    return Files.createDirectories(directory);
  }

  /** A fresh {@code pinaudit-runs/lab-TIME} in that folder. */
  static Path fresh(Path parent, LocalDateTime now) throws IOException {
    Path runs = Files.createDirectories(parent.resolve("pinaudit-runs"));
    String name = "lab-" + TIME.format(now);
    int attempt = 1;
    Path directory = runs.resolve(name);
    while (!createdNow(directory)) {
      attempt++;
      directory = runs.resolve(name + "-" + attempt);
    }
    return directory;
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
