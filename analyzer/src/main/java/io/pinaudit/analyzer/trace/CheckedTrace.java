package io.pinaudit.analyzer.trace;

import java.io.IOException;

/**
 * Reads a kernel trace and checks meanwhile whether the trace is whole and in order. Confined to
 * one thread.
 */
public final class CheckedTrace implements TraceReader {
  /** The largest disorder, in nanoseconds, that is normal between the events of different CPUs. */
  private static final long DISORDER_NANOS = 10_000_000;

  private final String name;
  private final TraceReader reader;
  private final long clockOffsetNanos;
  private final Horizon horizon;
  private TraceEvent held;
  private long lastNanos;
  private long firstNanos = Long.MAX_VALUE;
  private int starts;
  private boolean ended;
  private long backwardSteps;

  /**
   * Reads through another reader, which is closed with this one.
   *
   * @param clockOffsetNanos what the trace says was added to its times, in nanoseconds
   */
  public CheckedTrace(String name, TraceReader reader, long clockOffsetNanos) {
    this(name, reader, clockOffsetNanos, Horizon.ofWhole());
  }

  /**
   * Reads through another reader, which is closed with this one.
   *
   * @param clockOffsetNanos what the trace says was added to its times, in nanoseconds
   * @param horizon up to which time events are passed on
   */
  public CheckedTrace(String name, TraceReader reader, long clockOffsetNanos, Horizon horizon) {
    this.horizon = horizon;
    this.name = name;
    this.reader = reader;
    this.clockOffsetNanos = clockOffsetNanos;
  }

  /** Returns the name of the input. */
  public String name() {
    return name;
  }

  /**
   * Returns how many nanoseconds were added to the trace's times, as a marker of the trace says; 0
   * if the times are CLOCK_MONOTONIC.
   */
  public long clockOffsetNanos() {
    return clockOffsetNanos;
  }

  @Override
  public TraceEvent next() throws IOException {
    TraceEvent event = reached();
    if (event != null) {
      note(event.stamp().nanos());
    }
    if (event instanceof TraceEvent.Marked mark) {
      starts += mark.text().equals(TraceEvent.Marked.STARTS) ? 1 : 0;
      ended |= mark.text().equals(TraceEvent.Marked.ENDS);
    }
    return event;
  }

  /** Returns the next event, or null if there is none yet that is not beyond the horizon. */
  private TraceEvent reached() throws IOException {
    TraceEvent event = held == null ? reader.next() : held;
    boolean beyond = event != null && event.stamp().nanos() > horizon.nanos();
    held = beyond ? event : null;
    return beyond ? null : event;
  }

  private void note(long nanos) {
    backwardSteps += nanos < lastNanos - DISORDER_NANOS ? 1 : 0;
    lastNanos = Math.max(lastNanos, nanos);
    firstNanos = Math.min(firstNanos, nanos);
  }

  /** Returns whether the recorder's last mark was read; a trace without that mark is cut off. */
  public boolean ended() {
    return ended;
  }

  /** Returns the time of the first event in nanoseconds; the largest number before any event. */
  public long firstNanos() {
    return firstNanos;
  }

  /**
   * Returns how often the recorder's first mark was read, which is exactly once in a whole trace.
   */
  public int starts() {
    return starts;
  }

  /**
   * Returns the number of events that are older than earlier ones by more than the kernel's merging
   * of CPUs explains.
   */
  public long backwardSteps() {
    return backwardSteps;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
