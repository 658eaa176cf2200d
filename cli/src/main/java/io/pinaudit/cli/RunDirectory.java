package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;

/** Creates the folder that a run is recorded into. */
public final class RunDirectory {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  private RunDirectory() {}

  /**
   * Returns the named folder, which is created if it does not exist; without a name, a new folder
   * under {@code pinaudit-runs}.
   *
   * @throws UsageException if it holds a run already; two runs are never mixed
   */
  public static Path create(String name) throws IOException {
    Path directory =
        Path.of(
                name == null
                    ? "pinaudit-runs/" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP)
                    : name)
            .toAbsolutePath();
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UsageException(directory + " is not a directory");
    }
    Files.createDirectories(directory);
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.anyMatch(RunDirectory::isPartOfRun)) {
        throw new UsageException(
            directory + " holds a run already: name another run directory with -o");
      }
    }
    return directory;
  }

  private static boolean isPartOfRun(Path file) {
    String name = file.getFileName().toString();
    return name.equals(RunDescription.FILE_NAME)
        || name.endsWith(".jfr")
        || name.equals(Inputs.JFR_REPOSITORY)
        || Inputs.isTrace(name);
  }
}
