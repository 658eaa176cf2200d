package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.ftrace.UnusableGap;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the events of a {@code trace.dat}. Each event's source is its number in {@link
 * TraceDatLines}.
 */
public final class TraceDatReader implements TraceReader {
  private final TraceDatLines lines;
  private final LineDecoder decoder;
  private TraceEvent held;
  private final UnusableGap unusable = new UnusableGap();
  private Stamp last;
  private boolean over;

  /**
   * Opens a trace.
   *
   * @param horizon up to which time the trace is complete, if a recorder of ours still writes to it
   * @throws InputException if the file is damaged, with the offset
   */
  public TraceDatReader(Path path, LineDecoder decoder, Horizon horizon) throws IOException {
    this.decoder = decoder;
    this.lines = new TraceDatLines(path, decoder.diagnostics(), horizon);
  }

  /** Returns the file beside a trace that has the pages of one CPU while they are recorded. */
  public static Path pagesOf(Path trace, int cpu) {
    return trace.resolveSibling(trace.getFileName() + ".cpu" + cpu);
  }

  /** Returns whether a file that begins with these bytes is a trace.dat. */
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
      TraceEvent event = lines.gap() ? lost() : decode(lines.event());
      noteUnusable();
      if (event != null) {
        last = event.stamp();
        return unusable.isOpen() ? afterUnusable(event) : event;
      }
    }
    boolean first = !over;
    noteUnusable();
    if (lines.grows()) {
      return null;
    }
    over = true;
    return first && unusable.isOpen() && last != null
        ? unusable.closeAt(last.nanos(), last.source())
        : null;
  }

  /**
   * Marks the time from which on events may be missing: a CPU whose data broke off leaves all that
   * follows in doubt, up to the end of the trace.
   */
  private void noteUnusable() {
    if (unusable.grows(decoder.unusable() + lines.unusable())) {
      unusable.openAt(last == null ? 0 : last.nanos());
    }
    if (lines.brokeOff()) {
      unusable.openAt(decoder.monotonicNanos(lines.brokeOffNanos()));
    }
  }

  private TraceEvent afterUnusable(TraceEvent event) {
    held = event;
    return unusable.closeAt(event.stamp().nanos(), event.stamp().source());
  }

  private TraceEvent lost() {
    return new TraceEvent.EventsLost(
        new Stamp(decoder.monotonicNanos(lines.nanos()), -1, "", lines.source()),
        decoder.monotonicNanos(lines.lastNanos()),
        lines.cpu(),
        lines.lost());
  }

  private TraceEvent decode(BinaryFields event) {
    if (event == null) {
      return null;
    }
    long nanos = decoder.monotonicNanos(lines.nanos());
    return decoder.decode(
        event.event(), new Stamp(nanos, lines.tid(), lines.task(), lines.source()), event);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
