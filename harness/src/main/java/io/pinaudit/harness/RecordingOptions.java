package io.pinaudit.harness;

import java.nio.file.Path;
import java.util.List;

/** The options with which a JVM is audited: the agent, a JFR recording, and where both write. */
public final class RecordingOptions {
  /** Folder of a run where its JVMs hold what is not in a recording yet. */
  public static final String JFR_REPOSITORY = "jfr";

  /** Folder of a run where each JVM says that it lives. */
  public static final String HEARTBEATS = "jvms";

  private RecordingOptions() {}

  /**
   * Returns the options, one word each, not quoted for any shell.
   *
   * @param agent the agent's jar
   * @param settings {@code pinaudit.jfc}
   * @param directory the run directory; absolute
   * @param file the recording's file; a folder has the JVM name the file, with its process id
   * @throws IllegalArgumentException if JFR cannot name one of the paths
   */
  public static List<String> of(Path agent, Path settings, Path directory, Path file) {
    return List.of(
        "-javaagent:" + agent,
        "-Dpinaudit.heartbeat=" + directory.resolve(HEARTBEATS),
        "-XX:StartFlightRecording:dumponexit=true,maxsize=8g,settings=%s,filename=%s"
            .formatted(forJfr(settings), forJfr(file)),
        // A killed JVM leaves its recording in this folder; other JVMs delete theirs when they
        // end.
        "-XX:FlightRecorderOptions:repository=" + forJfr(directory.resolve(JFR_REPOSITORY)),
        "-Xlog:jfr+startup=error",
        "-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
  }

  /**
   * Quotes a path for JFR's options, which are separated by commas.
   *
   * @throws IllegalArgumentException if JFR would not take the path as it is
   */
  public static String forJfr(Path path) {
    String quote = path.toString().contains("\"") ? "'" : "\"";
    if (path.toString().contains("%p") || path.toString().contains("%t")) {
      throw new IllegalArgumentException(path + ": JFR would replace %p and %t in this name");
    }
    if (path.toString().contains(quote)) {
      throw new IllegalArgumentException(
          path + ": JFR cannot name a path with both kinds of quotes");
    }
    return quote + path + quote;
  }

  /**
   * Quotes an option for a list that is split at blanks, as the JVM does with {@code
   * JAVA_TOOL_OPTIONS} and Surefire with its {@code argLine}.
   */
  public static String quoted(String option) {
    return option.matches("[\\w./:=%+,-]+") ? option : "'" + option.replace("'", "'\"'\"'") + "'";
  }
}
