package io.pinaudit.analyzer.trace;

import java.io.IOException;

/** A kernel trace that is checked while it is read: is it whole, and in order? */
public final class CheckedTrace implements TraceReader {
  /** Events of different CPUs may be this much out of order. */
  private static final long DISORDER_NANOS = 10_000_000;

  private final String name;
  private final TraceReader reader;
  private final long clockOffsetNanos;
  private long lastNanos;
  private int starts;
  private boolean ended;
  private long backwardSteps;

  /**
   * Reads through another reader, which is closed with this one.
   *
   * @param clockOffsetNanos what the trace says was added to its times
   */
  public CheckedTrace(String name, TraceReader reader, long clockOffsetNanos) {
    this.name = name;
    this.reader = reader;
    this.clockOffsetNanos = clockOffsetNanos;
  }

  /** The name of the input. */
  public String name() {
    return name;
  }

  /** What a marker of the trace says was added to its times; 0 if they are CLOCK_MONOTONIC. */
  public long clockOffsetNanos() {
    return clockOffsetNanos;
  }

  @Override
  public TraceEvent next() throws IOException {
    TraceEvent event = reader.next();
    if (event != null) {
      note(event.stamp().nanos());
    }
    if (event instanceof TraceEvent.Marked mark) {
      starts += mark.text().equals(TraceEvent.Marked.STARTS) ? 1 : 0;
      ended |= mark.text().equals(TraceEvent.Marked.ENDS);
    }
    return event;
  }

  private void note(long nanos) {
    backwardSteps += nanos < lastNanos - DISORDER_NANOS ? 1 : 0;
    lastNanos = Math.max(lastNanos, nanos);
  }

  /** Whether the recorder's last mark was read: a trace without it is cut off. */
  public boolean ended() {
    return ended;
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
    reader.close();
  }
}
