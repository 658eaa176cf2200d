package io.pinaudit.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command line of pinaudit that is put together word by word, and run in a process of its own.
 *
 * <p>Confined to one thread.
 */
public final class PinauditCommand {
  /** The class whose {@code main} takes {@link #words()}. */
  public static final String MAIN = "io.pinaudit.cli.Main";

  private final List<String> words = new ArrayList<>();

  private PinauditCommand(String verb, Path input) {
    words.add(verb);
    words.add(input.toString());
  }

  /**
   * Begins a command line.
   *
   * @param verb such as {@code gate}
   * @param input what the verb reads: a run directory, or a plan
   */
  public static PinauditCommand of(String verb, Path input) {
    return new PinauditCommand(verb, input);
  }

  /** Plans what may meet in further runs of what a run has recorded. */
  public static PinauditCommand predict(Path run, Path plan) {
    return of("predict", run).option("output", plan.toString());
  }

  /** Writes a report of a format, such as {@code html}, to a file. */
  public PinauditCommand report(String format, Path file) {
    return option("format", format + "=" + file);
  }

  /** Adds an option with a value; none if the value is null or empty. */
  public PinauditCommand option(String name, String value) {
    if (value != null && !value.isEmpty()) {
      words.add("--" + name);
      words.add(value);
    }
    return this;
  }

  /** Adds an option without a value if it is asked for. */
  public PinauditCommand flag(String name, boolean asked) {
    if (asked) {
      words.add("--" + name);
    }
    return this;
  }

  /** Ends the command line with a command that pinaudit runs, such as {@code record} does. */
  public PinauditCommand command(List<String> command) {
    words.add("--");
    words.addAll(command);
    return this;
  }

  /** Returns the words of the command line, the verb first. */
  public List<String> words() {
    return List.copyOf(words);
  }

  /**
   * How a command ended.
   *
   * @param status 0 clean, 1 findings, 2 error, 3 not everything was seen
   * @param output what it printed on both streams
   */
  public record Outcome(int status, String output) {
    /** Returns whether a command line of {@code predict} has found calls that may meet. */
    public boolean hasPairs() {
      return output.lines().noneMatch("0 pairs"::equals);
    }
  }

  /**
   * Runs this command in a process of its own and waits for it.
   *
   * @param start the program and its first words, such as a {@code java} with its class path
   * @throws IOException if it cannot be started
   */
  public Outcome run(List<String> start) throws IOException, InterruptedException {
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
