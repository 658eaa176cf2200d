package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Inputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts the agent and a JFR recording into the JVMs of a command.
 *
 * <p>A command that begins with {@code java} gets them as its first arguments; any other command
 * gets them through {@code JAVA_TOOL_OPTIONS}, so that the JVMs that it starts have them too. Each
 * such JVM prints one line of its own that says so.
 */
final class JavaCommand {
  private final Path agent;
  private final Path settings;
  private final Path directory;

  JavaCommand(Path agent, Path settings, Path directory) {
    this.agent = agent;
    this.settings = settings;
    this.directory = directory;
  }

  /** Returns the command with the options added, if it is a {@code java}. */
  List<String> instrument(List<String> command) {
    if (!startsJava(command)) {
      return command;
    }
    List<String> instrumented = new ArrayList<>(command);
    instrumented.addAll(1, options(directory.resolve("app.jfr")));
    return List.copyOf(instrumented);
  }

  /** Adds the options to the environment of a command that is not a {@code java}. */
  void instrument(List<String> command, Map<String, String> environment) {
    if (!startsJava(command)) {
      // If the file name is a folder, the JVM chooses a name with its process id.
      environment.merge(
          "JAVA_TOOL_OPTIONS",
          options(directory).stream()
              .map(JavaCommand::forToolOptions)
              .collect(Collectors.joining(" ")),
          (given, ours) -> given + " " + ours);
    }
  }

  private List<String> options(Path file) {
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agent);
    options.add(
        "-XX:StartFlightRecording:dumponexit=true,maxsize=8g,settings=%s,filename=%s"
            .formatted(forJfr(settings), forJfr(file)));
    // A killed JVM leaves its recording there; others delete theirs when they end.
    options.add(
        "-XX:FlightRecorderOptions:repository=" + forJfr(directory.resolve(Inputs.JFR_REPOSITORY)));
    options.add("-Xlog:jfr+startup=error");
    if ("tcg".equals(System.getenv("PINAUDIT_LAB_ACCEL"))) {
      // Under software emulation, code that C2 compiled crashes in one run of four; C1's does not.
      options.add("-XX:TieredStopAtLevel=1");
    }
    return options;
  }

  /** Quotes a value for JFR, whose options are separated by commas. */
  static String forJfr(Path path) {
    String quote = path.toString().contains("\"") ? "'" : "\"";
    if (path.toString().contains("%p") || path.toString().contains("%t")) {
      throw new UsageException(path + ": JFR would replace %p and %t in this name");
    }
    if (path.toString().contains(quote)) {
      throw new UsageException(path + ": JFR cannot name a path with both kinds of quotes");
    }
    return quote + path + quote;
  }

  /**
   * Quotes an option: the JVM splits {@code JAVA_TOOL_OPTIONS} at blanks and removes quotes, as a
   * shell does.
   */
  private static String forToolOptions(String option) {
    return "'" + option.replace("'", "'\"'\"'") + "'";
  }

  private static boolean startsJava(List<String> command) {
    return Path.of(command.getFirst()).endsWith("java");
  }
}
