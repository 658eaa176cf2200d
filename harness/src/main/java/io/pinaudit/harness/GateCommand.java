package io.pinaudit.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line {@code pinaudit gate} for one run, with reports in files.
 *
 * <p>Confined to one thread.
 */
public final class GateCommand {
  /** The class whose {@code main} takes {@link #words()}. */
  public static final String MAIN = "io.pinaudit.cli.Main";

  private final Path run;
  private final List<String> options = new ArrayList<>();

  private GateCommand(Path run) {
    this.run = run;
  }

  /** Judges the run in a directory. */
  public static GateCommand of(Path run) {
    return new GateCommand(run);
  }

  /** Writes a report of a format, such as {@code html}, to a file. */
  public GateCommand report(String format, Path file) {
    return option("format", format + "=" + file);
  }

  /** Adds an option with a value; none if the value is null or empty. */
  public GateCommand option(String name, String value) {
    if (value != null && !value.isEmpty()) {
      options.add("--" + name);
      options.add(value);
    }
    return this;
  }

  /** Adds an option without a value if it is asked for. */
  public GateCommand flag(String name, boolean asked) {
    if (asked) {
      options.add("--" + name);
    }
    return this;
  }

  /** Returns the words of the command line, the verb first. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add("gate");
    words.addAll(options);
    words.add(run.toString());
    return List.copyOf(words);
  }

  /**
   * How a command ended.
   *
   * @param status 0 clean, 1 findings, 2 error, 3 not everything was seen
   * @param output what it printed on both streams
   */
  public record Outcome(int status, String output) {}

  /**
   * Runs this command in a process of its own and waits for it.
   *
   * @param start the program and its first words, such as a {@code java} with its class path
   * @throws IOException if it cannot be started
   */
  public Outcome run(List<String> start) throws IOException, InterruptedException {
    return run(start, words());
  }

  /** Runs any command line as {@link #run(List)} does. */
  public static Outcome run(List<String> start, List<String> words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(start);
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The JVM that audits is not itself audited.
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("JDK_JAVA_OPTIONS");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  /** Returns a {@code java} of a JDK 25 with a class path that holds the command line. */
  public static List<String> onJdk(Path home, String classPath) {
    return List.of(
        home.resolve("bin/java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath,
        MAIN);
  }
}
