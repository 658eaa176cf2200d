package io.pinaudit.analyzer.audit;

/**
 * Where a run stands that is still being recorded.
 *
 * @param judgedNanos the time up to which all sources were complete and were judged, in nanoseconds
 *     of CLOCK_MONOTONIC
 * @param events how many events of the kernel and hooked calls were read
 * @param losses in how many places events of the kernel were lost
 * @param pins how many pins of pages lived, and how much I/O of JVMs was in flight
 * @param oldestPinNanos how long the oldest of them had lived, in nanoseconds; 0 if there was none
 * @param lateCalls how many calls came after later events had been judged
 */
public record LiveState(
    long judgedNanos, long events, long losses, long pins, long oldestPinNanos, long lateCalls) {
  /** Returns the counts of the end of a run with the times and pins of this, the last moment. */
  public LiveState atEnd(LiveState end) {
    return new LiveState(judgedNanos, end.events, end.losses, pins, oldestPinNanos, end.lateCalls);
  }
}
