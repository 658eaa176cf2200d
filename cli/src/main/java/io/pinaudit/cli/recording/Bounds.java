package io.pinaudit.cli.recording;

import io.pinaudit.cli.Amounts;
import io.pinaudit.linux.LinuxFile;
import io.pinaudit.record.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * How much of a run is kept on disk, by {@code --keep} and {@code --max-size}: the last part of it.
 *
 * @param keep the time that is kept at least
 * @param mostBytes the size of a run directory that is not to be exceeded by much
 */
record Bounds(Duration keep, long mostBytes) {
  private static final String KEEP = "keep";
  private static final String MAX_SIZE = "max-size";
  private static final String UNBOUNDED = "maxsize=8g";
  private static final long USUAL_JFR_BYTES = 8L << 30;
  private static final int TRIAL_BYTES = 4096;
  private static final long LEAST_JFR_BYTES = 16L << 20;

  /** Adds the options to those of a verb. */
  static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt(KEEP)
                .hasArg()
                .argName("TIME")
                .desc("keep the last so much of the run, such as 30m or 2h, and drop what is older")
                .get())
        .addOption(
            Option.builder()
                .longOpt(MAX_SIZE)
                .hasArg()
                .argName("SIZE")
                .desc("keep at most about so much of the run, such as 2g, and drop what is older")
                .get());
  }

  /** Returns what the command line asks for; everything is kept unless it asks. */
  static Bounds of(CommandLine line) {
    return new Bounds(
        Amounts.time(line, KEEP, Amounts.FOR_EVER), Amounts.bytes(line, MAX_SIZE, Long.MAX_VALUE));
  }

  /**
   * Checks that parts of a file can be dropped in a folder, if there are bounds.
   *
   * @throws IOException with one line that says what to do, if they cannot be
   */
  void check(Path directory) throws IOException {
    if (!kernel().isBounded()) {
      return;
    }
    Path trial = Files.createTempFile(directory, "pinaudit", null);
    try (LinuxFile file = LinuxFile.open(trial)) {
      Files.write(trial, new byte[TRIAL_BYTES]);
      if (!file.punch(0, TRIAL_BYTES)) {
        throw new IOException(
            directory
                + ": its file system cannot drop a part of a file: put the run elsewhere, or leave"
                + " out --keep and --max-size");
      }
    } finally {
      Files.delete(trial);
    }
  }

  private boolean keepsAll() {
    return keep.equals(Amounts.FOR_EVER);
  }

  /** Returns how much of the kernel's traces is kept: half of the bytes is theirs. */
  Retention kernel() {
    return new Retention(
        keepsAll() ? Long.MAX_VALUE : keep.toNanos(),
        mostBytes == Long.MAX_VALUE ? mostBytes : mostBytes / 2);
  }

  /** Returns options of a flight recording that say how much of it the JVM keeps. */
  String jfr() {
    String size = "maxsize=" + jfrBytes();
    return keepsAll() ? size : size + ",maxage=" + keep.toSeconds() + "s";
  }

  /** Returns the same for an agent that starts the recording: in bytes and seconds. */
  Map<String, String> jfrProperties() {
    String size = Long.toString(jfrBytes());
    return keepsAll()
        ? Map.of("maxsize", size)
        : Map.of("maxsize", size, "maxage", Long.toString(keep.toSeconds()));
  }

  private long jfrBytes() {
    return mostBytes == Long.MAX_VALUE ? USUAL_JFR_BYTES : Math.max(LEAST_JFR_BYTES, mostBytes / 2);
  }

  /** Returns an option of a JVM with these bounds in place of the usual ones. */
  String in(String option) {
    return option.replace(UNBOUNDED, jfr());
  }
}
