package io.pinaudit.junit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The program of a JVM that runs tests once more, for {@link Reruns}. */
final class Rerun {
  private static final String HERE = "pinaudit.rerun";

  private Rerun() {}

  /** Returns whether this JVM runs tests once more, which another one judges. */
  static boolean isHere() {
    return Boolean.getBoolean(HERE);
  }

  /**
   * Runs tests.
   *
   * @param arguments JUnit's unique id of the tests; a file of system properties, of which those
   *     are set that this JVM does not have; and a file for a line that says how the tests ended
   */
  public static void main(String[] arguments) throws IOException {
    System.setProperty(HERE, "true");
    setProperties(Path.of(arguments[1]));
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectUniqueId(arguments[0]))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(tests, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    if (summary.getTestsStartedCount() > 0) {
      Files.writeString(
          Path.of(arguments[2]),
          summary.getTestsStartedCount() + " run, " + summary.getTotalFailureCount() + " failed");
    }
    System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
  }

  private static void setProperties(Path file) throws IOException {
    Properties given = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      given.load(reader);
    }
    for (String name : given.stringPropertyNames()) {
      System.getProperties().putIfAbsent(name, given.getProperty(name));
    }
  }
}
