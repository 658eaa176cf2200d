package io.pinaudit.analyzer.trace;

import java.util.List;
import java.util.Optional;

/**
 * An access to mapped memory that failed. A JVM threw an InternalError for it, the kernel sent a
 * SIGBUS for it, or a JVM died of it.
 *
 * @param stamp thread and input; the time is {@link #UNKNOWN} if the input does not say it
 * @param what the message of the error
 * @param stack innermost frame first; empty if unknown
 */
public record Fault(Stamp stamp, String what, List<Frame> stack) {
  /** The time of a fault whose input says no time. */
  public static final long UNKNOWN = -1;

  /** Returns the innermost frame that is the application's own; empty if there is none. */
  public Optional<Frame> site() {
    return stack.stream().filter(frame -> !frame.isPlatform()).findFirst();
  }

  /** Returns a copy of this fault at another time, in nanoseconds. */
  public Fault at(long nanos) {
    return new Fault(new Stamp(nanos, stamp.tid(), stamp.task(), stamp.source()), what, stack);
  }
}
