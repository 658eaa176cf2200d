package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.ftrace.FtraceLine;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the events of a {@code trace.dat}, as {@link TraceDatLines} has them. Where an event was
 * read is told by its number there.
 */
public final class TraceDatReader implements TraceReader {
  private final TraceDatLines lines;
  private final LineDecoder decoder;
  private TraceEvent held;
  private long unusable;
  private long unusableSince = -1;
  private Stamp last;
  private boolean over;

  /**
   * Opens a trace.
   *
   * @throws InputException if it is damaged, with the offset
   */
  public TraceDatReader(Path path, LineDecoder decoder) throws IOException {
    this.decoder = decoder;
    this.lines = new TraceDatLines(path, decoder.diagnostics());
  }

  /** Whether a file that begins like this is one. */
  public static boolean matches(byte[] head) {
    byte[] magic = TraceDatFile.MAGIC;
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  @Override
  public TraceEvent next() throws IOException {
    if (held != null) {
      TraceEvent event = held;
      held = null;
      return event;
    }
    while (lines.next()) {
      TraceEvent event = lines.gap() ? lost() : decode(lines.line());
      noteUnusable();
      if (event != null) {
        last = event.stamp();
        return unusableSince < 0 ? event : afterUnusable(event);
      }
    }
    boolean first = !over;
    over = true;
    noteUnusable();
    return first && unusableSince >= 0 && last != null ? unusable(last) : null;
  }

  /** Since a CPU's data broke off all is doubtful, to the end of the trace. */
  private void noteUnusable() {
    long now = decoder.unusable() + lines.unusable();
    if (now > unusable) {
      unusable = now;
      since(last == null ? 0 : last.nanos());
    }
    if (lines.brokeOff()) {
      since(decoder.monotonicNanos(lines.brokeOffNanos()));
    }
  }

  private void since(long nanos) {
    unusableSince = Math.max(0, unusableSince < 0 ? nanos : Math.min(nanos, unusableSince));
  }

  /** An event that cannot be used may have been any. */
  private TraceEvent afterUnusable(TraceEvent event) {
    held = event;
    return unusable(event.stamp());
  }

  private TraceEvent unusable(Stamp at) {
    Stamp stamp = new Stamp(at.nanos(), -1, "", at.source());
    long since = unusableSince;
    unusableSince = -1;
    return new TraceEvent.EventsLost(stamp, since, -1, TraceEvent.EventsLost.UNUSABLE);
  }

  private TraceEvent lost() {
    return new TraceEvent.EventsLost(
        new Stamp(decoder.monotonicNanos(lines.nanos()), -1, "", lines.source()),
        decoder.monotonicNanos(lines.lastNanos()),
        lines.cpu(),
        lines.lost());
  }

  private TraceEvent decode(FtraceLine line) {
    return line == null ? null : decoder.decode(line, lines.source());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
