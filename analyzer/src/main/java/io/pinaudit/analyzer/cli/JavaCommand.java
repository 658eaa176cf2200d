package io.pinaudit.analyzer.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts the agent and a JFR recording into the JVMs of a command.
 *
 * <p>A command that begins with {@code java} gets them as its first arguments; any other command
 * gets them through {@code JAVA_TOOL_OPTIONS}, so that the JVMs it starts have them too (each of
 * these prints one line saying so: that is the JVM's own notice).
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

  /** The command with the options in it, if it is a {@code java}. */
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
      // A folder as file name: the JVM names the file, with its process id.
      environment.merge(
          "JAVA_TOOL_OPTIONS",
          String.join(" ", options(directory)),
          (given, ours) -> given + " " + ours);
    }
  }

  private List<String> options(Path file) {
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agent);
    options.add(
        "-XX:StartFlightRecording:dumponexit=true,maxsize=8g,settings="
            + settings
            + ",filename="
            + file);
    options.add("-Xlog:jfr+startup=error");
    if ("tcg".equals(System.getenv("PINAUDIT_LAB_ACCEL"))) {
      // C2's code dies under software emulation in one run of four; C1's does not.
      options.add("-XX:TieredStopAtLevel=1");
    }
    return options;
  }

  private static boolean startsJava(List<String> command) {
    return Path.of(command.getFirst()).getFileName().toString().equals("java");
  }
}
