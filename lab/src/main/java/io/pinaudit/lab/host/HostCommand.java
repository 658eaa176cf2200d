package io.pinaudit.lab.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command of this machine to its end and keeps what it prints. */
public final class HostCommand {
  /** What a command printed, both streams together, and its status. */
  public record Outcome(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }

    /** The line that says why: apt's {@code E:} line, or the last one. */
    String reason() {
      List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
      return lines.stream()
          .filter(line -> line.startsWith("E: "))
          .findFirst()
          .orElse(lines.isEmpty() ? "exit status " + status : lines.getLast());
    }
  }

  private HostCommand() {}

  /** Runs it in a folder; a status other than 0 is an outcome, not an exception. */
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

  /** Runs it in a folder and returns what it printed. */
  public static String output(Path directory, String... words)
      throws IOException, InterruptedException {
    Outcome outcome = run(directory, words);
    if (!outcome.succeeded()) {
      throw new IOException(String.join(" ", words) + ": " + outcome.reason());
    }
    return outcome.output();
  }
}
