package io.pinaudit.lab.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command of this machine to its end and keeps what it prints. */
public final class HostCommand {
  /** The exit status of a command and what it printed on both streams together. */
  public record Outcome(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }

    /**
     * Returns the line that says why the command failed: apt's {@code E:} line, or the last one.
     */
    String reason() {
      List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
      return lines.stream()
          .filter(line -> line.startsWith("E: "))
          .findFirst()
          .orElse(lines.isEmpty() ? "exit status " + status : lines.getLast());
    }
  }

  private HostCommand() {}

  /** Runs a command in a folder. A status other than 0 is an outcome, not an exception. */
  static Outcome run(Path directory, String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.redirectErrorStream(true).start();
    try {
      byte[] output = process.getInputStream().readAllBytes();
      return new Outcome(process.waitFor(), new String(output, StandardCharsets.UTF_8));
    } finally {
      process.destroy();
      process.waitFor(1, TimeUnit.SECONDS);
    }
  }

  /** Runs a command in a folder and returns what it printed. */
  public static String output(Path directory, String... words)
      throws IOException, InterruptedException {
    Outcome outcome = run(directory, words);
    if (!outcome.succeeded()) {
      throw new IOException(String.join(" ", words) + ": " + outcome.reason());
    }
    return outcome.output();
  }

  /**
   * Runs a command in a folder, with more variables in its environment; what it prints goes to
   * {@code output} in that folder.
   */
  public static void run(Path directory, Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(directory.resolve("output").toFile()).redirectErrorStream(true);
    Process process = builder.start();
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "%s ended with status %d; see %s/output"
                .formatted(words.getFirst(), status, directory));
      }
    } finally {
      process.destroy();
    }
  }
}
