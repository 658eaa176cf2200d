package io.pinaudit.analyzer.trace;

import java.util.List;
import java.util.Optional;

/**
 * An access to mapped memory that failed: an InternalError that a JVM threw, a SIGBUS that the
 * kernel sent, or that a JVM died of.
 *
 * @param stamp thread and input; its time is {@link #UNKNOWN} where the input does not say
 * @param what the error's own words
 * @param stack innermost frame first; empty if unknown
 */
public record Fault(Stamp stamp, String what, List<Frame> stack) {
  /** A time that is not known. */
  public static final long UNKNOWN = -1;

  /** The innermost frame that is the application's own. */
  public Optional<Frame> site() {
    return stack.stream().filter(frame -> !frame.isPlatform()).findFirst();
  }

  /** The same at a time. */
  public Fault at(long nanos) {
    return new Fault(new Stamp(nanos, stamp.tid(), stamp.task(), stamp.source()), what, stack);
  }
}
