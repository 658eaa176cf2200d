package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;

/**
 * The unusable lines of one trace as a gap between its events, because any event may have been in
 * them, also at the very end. Confined to the thread that reads.
 */
public final class UnusableGap {
  private static final long NONE = -1;

  private long counted;
  private long sinceNanos = NONE;

  /** Returns whether there are more unusable lines than before; call this for each event. */
  public boolean grows(long unusable) {
    boolean grows = unusable > counted;
    counted = unusable;
    return grows;
  }

  /** Returns whether there were unusable lines since the last gap was closed. */
  public boolean isOpen() {
    return sinceNanos != NONE;
  }

  /** Notes that the gap begins at this time at the latest. */
  public void openAt(long nanos) {
    sinceNanos = Math.max(0, isOpen() ? Math.min(nanos, sinceNanos) : nanos);
  }

  /** Returns the gap, which ends at this time and has this source. */
  public TraceEvent closeAt(long nanos, Source source) {
    Stamp stamp = new Stamp(nanos, -1, "", source);
    TraceEvent gap =
        new TraceEvent.EventsLost(stamp, sinceNanos, -1, TraceEvent.EventsLost.UNUSABLE);
    sinceNanos = NONE;
    return gap;
  }
}
