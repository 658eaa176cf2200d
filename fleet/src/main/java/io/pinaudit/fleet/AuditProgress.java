package io.pinaudit.fleet;

import io.pinaudit.cli.Console;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.audit.Timeline;
import java.util.Locale;

/**
 * Says how far an audit has come: on a terminal in one line that is redrawn, elsewhere in a new
 * line from time to time. The time that is left follows from bytes, since runs differ in size.
 * Confined to one thread.
 */
final class AuditProgress implements FleetAudit.Watcher, AutoCloseable {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long SAY_NANOS = 30_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEBI = 1 << 20;
  private static final String ERASE = "\r\033[K";

  private final Console console;
  private final long startNanos = System.nanoTime();
  private long saidNanos = startNanos;
  private boolean drawn;
  private int recordings;
  private long bytes;
  private int recordingsDone;
  private long bytesDone;

  AuditProgress(Console console) {
    this.console = console;
  }

  @Override
  public void planned(int allRecordings, long allBytes) {
    recordings = allRecordings;
    bytes = allBytes;
  }

  @Override
  public void done(Timeline timeline) {
    recordingsDone += timeline.recordings().size();
    bytesDone += timeline.bytes();
    long now = System.nanoTime();
    if (now - saidNanos >= (console.interactive() ? REDRAW_NANOS : SAY_NANOS)) {
      saidNanos = now;
      say(now - startNanos);
    }
  }

  private void say(long elapsedNanos) {
    if (console.interactive()) {
      console.err().print(ERASE + line(elapsedNanos));
      console.err().flush();
      drawn = true;
    } else {
      console.note(line(elapsedNanos));
    }
  }

  /** Returns {@code 120 of 2,000 runs, 24.0 runs/s, 8.1 MiB/s, 1 min 18 s left}. */
  String line(long elapsedNanos) {
    double seconds = Math.max(1, elapsedNanos) / NANOS_PER_SECOND;
    double left = bytesDone == 0 ? 0 : seconds * (bytes - bytesDone) / bytesDone;
    return String.format(
        Locale.ROOT,
        "%,d of %,d runs, %.1f runs/s, %.1f MiB/s, %s left",
        recordingsDone,
        recordings,
        recordingsDone / seconds,
        bytesDone / MEBI / seconds,
        duration(Math.round(left)));
  }

  private static String duration(long seconds) {
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }

  /** Wipes the line. */
  @Override
  public void close() {
    if (drawn) {
      console.err().print(ERASE);
      console.err().flush();
    }
  }
}
