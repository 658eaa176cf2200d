package io.pinaudit.analyzer.audit;

import io.pinaudit.run.HeartbeatName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the agent wrote once a second beside the recordings, {@code
 * BOOT-NAMESPACE-PID-START.heartbeat}:
 *
 * <pre>
 * startedNanos=16082699464244
 * lastNanos=16088399574871
 * events=17
 * ended=false
 * recording.1=CLOSED 16084000000000
 * </pre>
 *
 * @param pid of the JVM, in its own pid namespace
 * @param lastNanos CLOCK_MONOTONIC of the last time when it wrote the file; 0 if unknown
 * @param recordings what became of each of its recordings
 */
record JvmLife(String pid, long lastNanos, List<Recording> recordings) {
  private static final String RECORDING = "recording.";
  private static final String LAST = "lastNanos=";
  private static final int MOST_LINES = 10_000;

  /**
   * One flight recording of the JVM.
   *
   * @param running whether it was still recording
   * @param atExit whether it was the JVM's end that stopped it
   * @param full whether the agent stopped it because the disk was nearly full
   * @param nanos CLOCK_MONOTONIC of its last change
   */
  record Recording(boolean running, boolean atExit, boolean full, long nanos) {
    /**
     * Parses a line such as {@code CLOSED at exit 16084000000000}; a recording that cannot be
     * parsed counts as running.
     */
    private static Recording parse(String text) {
      String[] words = text.split(" ", -1);
      return new Recording(
          text.startsWith("RUNNING") || text.startsWith("NEW") || words.length < 2,
          text.contains(" at exit "),
          text.contains(" full "),
          number(words[words.length - 1]));
    }
  }

  /** Reads a file. A file that is cut off or damaged tells less. */
  static JvmLife read(Path file) throws IOException {
    List<Recording> recordings = new ArrayList<>();
    long lastNanos = 0;
    List<String> lines;
    try (var all = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines = all.limit(MOST_LINES).toList();
    }
    for (String line : lines) {
      if (line.startsWith(LAST)) {
        lastNanos = number(line.substring(LAST.length()));
      } else if (line.startsWith(RECORDING)) {
        recordings.add(Recording.parse(line.substring(line.indexOf('=') + 1)));
      }
    }
    String pid = HeartbeatName.of(file).map(HeartbeatName::pid).orElse("?");
    return new JvmLife(pid, lastNanos, List.copyOf(recordings));
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Returns whether the program, or an operator, ended every recording while the JVM went on. */
  boolean wentOnUnrecorded() {
    return !recordings.isEmpty()
        && recordings.stream().noneMatch(one -> one.running() || one.atExit());
  }

  /** Returns one line for people that says since when the JVM was not recorded. */
  String unrecorded(long startNanos) {
    long stopped = recordings.stream().mapToLong(Recording::nanos).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "JVM %s: %s its recording at +%.3f s, and the JVM went on: its later calls are missing",
        pid,
        recordings.stream().anyMatch(Recording::full)
            ? "the disk was nearly full, so that the agent stopped"
            : "the program, or an operator, stopped",
        (stopped - startNanos) / 1e9);
  }
}
