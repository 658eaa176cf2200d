package io.pinaudit.analyzer.trace;

import java.util.List;
import java.util.Optional;

/**
 * An access to mapped memory that failed: an InternalError that a JVM threw, or a SIGBUS that it
 * died of.
 *
 * @param source the input that shows it
 * @param thread name of the thread
 * @param what the error's own words
 * @param stack innermost frame first; empty if unknown
 */
public record Fault(String source, String thread, String what, List<Frame> stack) {
  /** The innermost frame that is the application's own. */
  public Optional<Frame> site() {
    return stack.stream().filter(frame -> !frame.isPlatform()).findFirst();
  }
}
