package io.pinaudit.junit;

import io.pinaudit.harness.FileTree;
import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Further runs of audited tests, with a plan of calls that shall meet, in a JVM of their own that
 * is started as this one was. One thread.
 */
final class Reruns {
  /** Options of this JVM that a recorder gives the other anew, or that are for a debugger. */
  private static final List<String> NOT_PASSED_ON =
      List.of(
          "-XX:StartFlightRecording",
          "-XX:FlightRecorderOptions",
          "-XX:ErrorFile",
          "-Dpinaudit.",
          "-agentlib:jdwp",
          "-Xrunjdwp");

  private final Path run;
  private final String tests;

  private Reruns(Path run, String tests) {
    this.run = run;
    this.tests = tests;
  }

  /**
   * Plans further runs.
   *
   * @param run the run directory of the first run
   * @param tests JUnit's unique id of what ran
   * @return empty if there is nothing that might meet
   */
  static Optional<Reruns> planned(Path run, String tests) throws IOException, InterruptedException {
    Reruns again = new Reruns(run, tests);
    Outcome predicted = Pinaudit.run(PinauditCommand.predict(run, again.plan()));
    if (predicted.status() != 0) {
      throw new IOException(predicted.output().strip());
    }
    return predicted.hasPairs() ? Optional.of(again.prepared()) : Optional.empty();
  }

  private Reruns prepared() throws IOException {
    FileTree.delete(folder());
    Files.createDirectories(folder());
    Properties given = new Properties();
    Properties all = System.getProperties();
    all.stringPropertyNames().forEach(name -> given.setProperty(name, all.getProperty(name)));
    try (Writer file = Files.newBufferedWriter(properties())) {
      given.store(file, null);
    }
    return this;
  }

  /** Returns the plan of what may meet. */
  Path plan() {
    return run.resolve("plan.json");
  }

  /** Returns where the runs, and the reports on them, go. */
  Path folder() {
    return run.resolve("confirmed");
  }

  /**
   * Returns the file of the system properties. Build tools set some that are not among the options
   * of the JVM.
   */
  private Path properties() {
    return folder().resolve("system.properties");
  }

  private Path summary() {
    return folder().resolve("tests.txt");
  }

  /** Returns the command that runs the tests once. */
  List<String> command() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(Reruns::isPassedOn)
        .forEach(words::add);
    words.add("-cp");
    words.add(absolute(classPath()));
    words.add(Rerun.class.getName());
    words.addAll(List.of(tests, properties().toString(), summary().toString()));
    return words;
  }

  /**
   * Returns the class path of the tests. Surefire names it without JUnit's launcher, which this
   * method adds.
   */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(System.getProperty("java.class.path"));
    for (Class<?> type : List.of(LauncherFactory.class, TestEngine.class)) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source != null) {
        entries.add(Path.of(URI.create(source.getLocation().toString())).toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static boolean isPassedOn(String option) {
    boolean agent = option.startsWith("-javaagent:") && option.contains("pinaudit-agent");
    return !agent && NOT_PASSED_ON.stream().noneMatch(option::startsWith);
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((first, second) -> first + File.pathSeparator + second)
        .orElse("");
  }

  /**
   * Says how the tests of the last run ended, in one line.
   *
   * @throws IOException if no test ran
   */
  String summary(Outcome outcome) throws IOException {
    Files.deleteIfExists(properties()); // some may be secret
    if (!Files.exists(summary())) {
      throw new IOException("the tests could not be run again: " + outcome.output().strip());
    }
    return Files.readString(summary()).strip();
  }
}
