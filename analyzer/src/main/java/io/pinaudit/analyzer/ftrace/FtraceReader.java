package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a text trace from its first line to its last, one event at a time: memory does not grow
 * with the file.
 *
 * <p>Lines that are no events are counted in {@link Diagnostics}. Bytes are taken as Latin-1, so
 * that no input is malformed.
 */
public final class FtraceReader implements AutoCloseable {
  /** {@code CPU:1 [LOST 312 EVENTS]}, and trace-cmd's {@code CPU:1 [312 EVENTS DROPPED]}. */
  private static final Pattern LOST =
      Pattern.compile("CPU:(\\d{1,6}) \\[(?:LOST )?(\\d{1,18})? ?EVENTS(?: DROPPED)?]");

  /** Events of different CPUs may be this much out of order. */
  private static final long DISORDER_NANOS = 10_000_000;

  private final String name;
  private final BufferedReader in;
  private final FtraceEvents events;
  private final Diagnostics diagnostics;
  private final boolean ownRecorder;
  private final long clockOffsetNanos;
  private long lineNumber;
  private final Map<Integer, Long> lastOfCpu = new HashMap<>();
  private long lastNanos;
  private int starts;
  private boolean ended;
  private long backwardSteps;

  /**
   * Opens a trace.
   *
   * @param ownRecorder whether {@code run.json} says that our recorder wrote it
   */
  public FtraceReader(Path file, KernelLayout layout, boolean ownRecorder, Diagnostics diagnostics)
      throws IOException {
    this.ownRecorder = ownRecorder;
    this.name = file.getFileName().toString();
    this.in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1),
            1 << 16);
    this.events = new FtraceEvents(layout);
    this.clockOffsetNanos = ClockSync.offsetNanos(file);
    this.diagnostics = diagnostics;
  }

  /** The name of its file. */
  public String name() {
    return name;
  }

  /** The next event, or null at the end of the file. */
  public TraceEvent next() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      lineNumber++;
      TraceEvent event = read(line.stripTrailing());
      if (event != null) {
        note(event.stamp().nanos());
        if (event instanceof TraceEvent.Marked mark) {
          starts += mark.text().equals(TraceEvent.Marked.STARTS) ? 1 : 0;
          ended |= mark.text().equals(TraceEvent.Marked.ENDS);
        }
        return event;
      }
    }
    return null;
  }

  /**
   * What a marker of the trace says has to be added to its times; 0 if they are CLOCK_MONOTONIC.
   */
  public long clockOffsetNanos() {
    return clockOffsetNanos;
  }

  /** Whether the recorder's last mark was read: a trace without it is cut off. */
  public boolean ended() {
    return ended;
  }

  private void note(long nanos) {
    backwardSteps += nanos + DISORDER_NANOS < lastNanos ? 1 : 0;
    lastNanos = Math.max(lastNanos, nanos);
  }

  /** How often the recorder's first mark was read: exactly once in a whole trace. */
  public int starts() {
    return starts;
  }

  /** Events that are older than others before them, by more than the kernel's merging explains. */
  public long backwardSteps() {
    return backwardSteps;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private TraceEvent read(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return null;
    }
    Source source = new Source(name, lineNumber);
    FtraceLine parsed = FtraceLine.parse(line);
    if (parsed == null) {
      return special(line, source);
    }
    lastOfCpu.put(parsed.cpu(), parsed.nanos());
    try {
      return events.read(parsed, source);
    } catch (FtraceEvents.Unknown e) {
      unknown(source, parsed);
      return null;
    } catch (Fields.Malformed e) {
      diagnostics.add(source, e.getMessage() + " in " + parsed.event(), parsed.text());
      return null;
    }
  }

  /** Our own recorder writes nothing that we do not know: there, an unknown event is damage. */
  private void unknown(Source source, FtraceLine line) {
    if (ownRecorder) {
      diagnostics.add(source, "unknown event", line.event());
    } else {
      diagnostics.ignore(line.event());
    }
  }

  /** What does not look like an event: a system call, or a note of lost events. */
  private TraceEvent special(String line, Source source) {
    Matcher lost = LOST.matcher(line);
    if (lost.find()) {
      long count = lost.group(2) == null ? 0 : Long.parseLong(lost.group(2));
      Stamp stamp = new Stamp(lastNanos, -1, "", source);
      int cpu = Integer.parseInt(lost.group(1));
      return new TraceEvent.EventsLost(stamp, lastOfCpu.getOrDefault(cpu, 0L), cpu, count);
    }
    diagnostics.add(source, "not a trace line", line);
    return null;
  }
}
