package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks in the head of a trace for a marker that relates its clock to CLOCK_MONOTONIC, as atrace
 * and others write it. The number is CLOCK_MONOTONIC in seconds when the marker was written:
 *
 * <pre>
 * atrace-215 [001] .....  5712.345678: tracing_mark_write: trace_event_clock_sync:
 * parent_ts=12.345670
 * </pre>
 */
public final class ClockSync {
  private static final Pattern MARKER =
      Pattern.compile("trace_event_clock_sync: parent_ts=(\\d{1,9})\\.(\\d{1,9})");
  private static final int HEAD_LINES = 4096;

  /**
   * A difference that reading the clock and then writing the marker can explain: if it is less, the
   * trace's clock is CLOCK_MONOTONIC.
   */
  private static final long SAME_NANOS = 1_000_000;

  private ClockSync() {}

  /**
   * Returns how many nanoseconds to add to the trace's times to get CLOCK_MONOTONIC; 0 if the trace
   * has that clock already, or no marker.
   */
  public static long offsetNanos(Path trace) throws IOException {
    try (TextFile in = new TextFile(trace)) {
      for (int i = 0; i < HEAD_LINES; i++) {
        String line = in.next();
        if (line == null) {
          return 0;
        }
        Matcher marker = line.length() < HEAD_LINES ? MARKER.matcher(line) : null;
        FtraceLine parsed =
            marker != null && marker.find() ? FtraceLine.parse(line.stripTrailing()) : null;
        if (parsed != null) {
          long offset = monotonic(marker) - parsed.nanos();
          return Math.abs(offset) < SAME_NANOS ? 0 : offset;
        }
      }
    }
    return 0;
  }

  private static long monotonic(Matcher marker) {
    String fraction = (marker.group(2) + "000000000").substring(0, 9);
    return Long.parseLong(marker.group(1)) * 1_000_000_000L + Long.parseLong(fraction);
  }
}
