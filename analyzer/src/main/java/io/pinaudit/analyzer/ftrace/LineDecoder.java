package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.probe.ProbedFunctions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Turns parsed lines into events, and counts what it cannot use. One thread. */
public final class LineDecoder {
  private static final int MOST_STRANGERS = 1_000;

  private final FtraceEvents events;
  private final long clockAheadNanos;
  private final boolean ownRecorder;
  private final Diagnostics diagnostics;
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();
  private long unusable;

  /**
   * For one trace.
   *
   * @param clockAheadNanos what the trace's clock shows minus CLOCK_MONOTONIC
   * @param ownRecorder whether {@code run.json} says that our recorder wrote it
   */
  public LineDecoder(
      KernelLayout layout, long clockAheadNanos, boolean ownRecorder, Diagnostics diagnostics) {
    this.clockAheadNanos = clockAheadNanos;
    this.events = new FtraceEvents(layout, ProbedFunctions.ofAllKernels());
    this.ownRecorder = ownRecorder;
    this.diagnostics = diagnostics;
  }

  /**
   * Names of events that have no meaning here whatever their text, as long as that is not a
   * probe's; grows while lines are decoded, and may be read by any thread.
   */
  public Set<String> strangers() {
    return strangers;
  }

  /** What could not be used. */
  public Diagnostics diagnostics() {
    return diagnostics;
  }

  /** Counts one line that cannot be used. */
  public void complain(Source source, String kind, String text) {
    unusable++;
    diagnostics.add(source, kind, text);
  }

  /** How many lines of this trace could not be used so far. */
  public long unusable() {
    return unusable;
  }

  /** A time of the trace in CLOCK_MONOTONIC. */
  public long monotonicNanos(long nanos) {
    return nanos - clockAheadNanos;
  }

  /** The event of a line, or null if it has none. */
  public TraceEvent decode(FtraceLine line, Source source) {
    try {
      return events.read(line.shifted(-clockAheadNanos), source);
    } catch (FtraceEvents.Unknown e) {
      unknown(source, line, e.whateverItsText());
      return null;
    } catch (Fields.Malformed e) {
      complain(source, e.getMessage() + " in " + line.event(), line.text());
      return null;
    }
  }

  /** Our own recorder writes nothing that we do not know: there, an unknown event is damage. */
  private void unknown(Source source, FtraceLine line, boolean whateverItsText) {
    if (ownRecorder) {
      complain(source, "unknown event", line.event());
    } else {
      diagnostics.ignore(line.event());
      if (whateverItsText && !line.text().startsWith("(") && strangers.size() < MOST_STRANGERS) {
        strangers.add(line.event());
      }
    }
  }
}
