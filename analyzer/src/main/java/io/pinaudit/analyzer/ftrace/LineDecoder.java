package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.probe.ProbedFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns parsed lines into events, and counts the lines that it cannot use. Confined to one thread.
 */
public final class LineDecoder {
  private static final int MOST_STRANGERS = 1_000;

  private static final int MOST_READINGS = 10_000;

  private final FtraceEvents events;
  private final Map<String, FtraceEvents.Reading> readings = new HashMap<>();
  private final long clockAheadNanos;
  private final Writer writer;
  private final Diagnostics diagnostics;
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();
  private long unusable;

  /** The program that wrote a trace. */
  public enum Writer {
    /** The writer is not known. */
    ANY,
    /** The writer is this project's recorder, as {@code run.json} says. */
    OURS,
    /**
     * The writer is this project's recorder, which has the system calls of followed processes in
     * another trace.
     */
    OURS_OF_MACHINE
  }

  /**
   * Makes the decoder of one trace.
   *
   * @param clockAheadNanos what the trace's clock shows minus CLOCK_MONOTONIC, in nanoseconds
   */
  public LineDecoder(
      KernelLayout layout, long clockAheadNanos, Writer writer, Diagnostics diagnostics) {
    this.clockAheadNanos = clockAheadNanos;
    this.events =
        new FtraceEvents(layout, ProbedFunctions::ofAllKernels, writer == Writer.OURS_OF_MACHINE);
    this.writer = writer;
    this.diagnostics = diagnostics;
  }

  /**
   * Returns the names of events that have no meaning here whatever their text, unless a probe has
   * that name. The set grows while lines are decoded, and any thread may read it.
   */
  public Set<String> strangers() {
    return strangers;
  }

  /** Returns the diagnostics, which count what could not be used. */
  public Diagnostics diagnostics() {
    return diagnostics;
  }

  /** Counts one line that cannot be used. */
  public void complain(Source source, String kind, String text) {
    unusable++;
    diagnostics.add(source, kind, text);
  }

  /** Returns how many lines of this trace could not be used so far. */
  public long unusable() {
    return unusable;
  }

  /** Returns a time of the trace in CLOCK_MONOTONIC. */
  public long monotonicNanos(long nanos) {
    return nanos - clockAheadNanos;
  }

  /** Returns the event of a line; null if the line has none. */
  public TraceEvent decode(FtraceLine line, Source source) {
    Stamp stamp = new Stamp(monotonicNanos(line.nanos()), line.tid(), line.task(), source);
    return decode(line.event(), stamp, TextFields.of(line.text()));
  }

  /**
   * Returns the trace event of a kernel event; null if it has none.
   *
   * @param event name of the kernel event
   * @param stamp in CLOCK_MONOTONIC
   */
  public TraceEvent decode(String event, Stamp stamp, EventFields fields) {
    try {
      return reading(event).read(stamp, fields);
    } catch (FtraceEvents.Unknown e) {
      unknown(event, stamp, fields, e.whateverItsText());
      return null;
    } catch (EventFields.Malformed e) {
      complain(stamp.source(), e.getMessage() + " in " + event, fields.asText().toString());
      return null;
    }
  }

  private FtraceEvents.Reading reading(String event) {
    FtraceEvents.Reading known = readings.get(event);
    if (known != null) {
      return known;
    }
    FtraceEvents.Reading reading = events.reading(event);
    if (readings.size() < MOST_READINGS) {
      readings.put(event, reading);
    }
    return reading;
  }

  /**
   * Notes an unknown event. The recorder of pinaudit writes only known events: in its traces an
   * unknown event is damage.
   */
  private void unknown(String event, Stamp stamp, EventFields fields, boolean whateverItsText) {
    if (writer != Writer.ANY) {
      complain(stamp.source(), "unknown event", event);
    } else {
      diagnostics.ignore(event);
      if (whateverItsText && !fields.begins("(") && strangers.size() < MOST_STRANGERS) {
        strangers.add(event);
      }
    }
  }
}
