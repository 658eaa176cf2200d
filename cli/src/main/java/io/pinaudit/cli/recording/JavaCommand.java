package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.harness.RecordingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts the agent and a JFR recording into the JVMs of a command.
 *
 * <p>A command that begins with {@code java} gets them as its first arguments; any other command
 * gets them through {@code JAVA_TOOL_OPTIONS}, so that the JVMs it starts have them too, as
 * whatever user. Each of these prints one line that quotes it: that is the JVM's own notice. What
 * they are to record stands in a file.
 */
final class JavaCommand {
  private static final int COMPILED_LATER = 10;
  private static final String TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";

  private final Path agent;
  private final Path settings;
  private final Path directory;
  private final List<String> more;
  private Handover handover; // null until a command that is not a java was instrumented
  private Bounds bounds = new Bounds(Amounts.FOR_EVER, Long.MAX_VALUE);

  JavaCommand(Path agent, Path settings, Path directory) {
    this(agent, settings, directory, List.of());
  }

  /**
   * Makes the commands of one run.
   *
   * @param more further options of the JVM
   */
  JavaCommand(Path agent, Path settings, Path directory, List<String> more) {
    this.agent = agent;
    this.settings = settings;
    this.directory = directory;
    this.more = List.copyOf(more);
  }

  /** Bounds what the JVMs keep of their recordings. */
  JavaCommand within(Bounds other) {
    bounds = other;
    return this;
  }

  /** Returns the command with the options added, if it is a {@code java}. */
  List<String> instrument(List<String> command) {
    if (!startsJava(command)) {
      return command;
    }
    List<String> instrumented = new ArrayList<>(command);
    instrumented.addAll(1, with(recording(directory.resolve("app.jfr"))));
    instrumented.addAll(1, classArchive(command));
    return List.copyOf(instrumented);
  }

  /** Adds the options to the environment of a command that is not a {@code java}. */
  void instrument(List<String> command, Map<String, String> environment) throws IOException {
    if (startsJava(command)) {
      return;
    }
    handover = Handover.prepare(directory, agent, settings, bounds);
    String ours =
        with(handover.options()).stream()
            .map(RecordingOptions::quoted)
            .collect(Collectors.joining(" "));
    String given = environment.get(TOOL_OPTIONS);
    environment.put(TOOL_OPTIONS, given == null ? ours : given + " " + ours);
  }

  /** Moves what JVMs of other users have left into the run directory. */
  void collect() throws IOException {
    if (handover != null) {
      handover.collect();
    }
  }

  /** Returns the folders in which the JVMs of the command leave heartbeats. */
  List<Path> heartbeats() throws IOException {
    return handover == null ? List.of(directory.resolve(Inputs.HEARTBEATS)) : handover.heartbeats();
  }

  private List<String> with(List<String> recording) {
    List<String> options = new ArrayList<>(recording);
    options.addAll(more);
    if (isEmulated()) {
      // Under software emulation, code of C2 crashes in one run of four; code of C1 does not. The
      // emulator translates compiled code once more, so only code that is used much is worth
      // compiling.
      options.add("-XX:TieredStopAtLevel=1");
      options.add("-XX:CompileThresholdScaling=" + COMPILED_LATER);
    }
    return options;
  }

  private List<String> recording(Path file) {
    try {
      return RecordingOptions.of(agent, settings, directory, file).stream()
          .map(bounds::in)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static boolean isEmulated() {
    return "tcg".equals(System.getenv("PINAUDIT_LAB_ACCEL"));
  }

  /**
   * In the guest, returns the archive of the JDK's classes that the lab has brought, if the command
   * runs the JDK that the archive was made for and names no archive itself.
   */
  private static List<String> classArchive(List<String> command) {
    String archive = System.getenv("PINAUDIT_LAB_CLASSES");
    boolean others =
        command.stream().anyMatch(word -> word.matches("-Xshare.*|-XX:(AOT|Shared).*"));
    if (archive == null || others || !isThisJdk(Path.of(command.getFirst()))) {
      return List.of();
    }
    return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:aot=off");
  }

  private static boolean isThisJdk(Path java) {
    try {
      return Files.isSameFile(java, Installation.jdkTool("java"));
    } catch (IOException e) {
      // The name is looked up in PATH, and may be another JDK's.
      return false;
    }
  }

  /** Quotes a path for JFR's options. */
  static String forJfr(Path path) {
    try {
      return RecordingOptions.forJfr(path);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static boolean startsJava(List<String> command) {
    return Path.of(command.getFirst()).endsWith("java");
  }
}
