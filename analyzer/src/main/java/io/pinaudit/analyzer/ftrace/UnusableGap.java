package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;

/**
 * What cannot be used of one trace, as a gap between its events: it may have been any of them, at
 * the very end too. Confined to the thread that reads.
 */
public final class UnusableGap {
  private static final long NONE = -1;

  private long counted;
  private long sinceNanos = NONE;

  /** Whether more cannot be used than before; to be asked of each event. */
  public boolean grows(long unusable) {
    boolean grows = unusable > counted;
    counted = unusable;
    return grows;
  }

  /** Whether something could not be used since the last gap was told. */
  public boolean isOpen() {
    return sinceNanos != NONE;
  }

  /** The gap begins no later than that. */
  public void openAt(long nanos) {
    sinceNanos = Math.max(0, isOpen() ? Math.min(nanos, sinceNanos) : nanos);
  }

  /** The gap, which ends there and is told by that. */
  public TraceEvent closeAt(long nanos, Source source) {
    Stamp stamp = new Stamp(nanos, -1, "", source);
    TraceEvent gap =
        new TraceEvent.EventsLost(stamp, sinceNanos, -1, TraceEvent.EventsLost.UNUSABLE);
    sinceNanos = NONE;
    return gap;
  }
}
