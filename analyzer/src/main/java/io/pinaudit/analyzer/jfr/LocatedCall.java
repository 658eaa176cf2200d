package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Source;

/**
 * The place of a call's event, which is all that is kept of the call until its time comes.
 *
 * @param kind the events of its type in its chunk
 * @param startNanos when the call began, in nanoseconds of the timeline
 * @param offset where the event stands in the chunk
 * @param number of the event among pinaudit's own events of the recording
 */
record LocatedCall(Kind kind, long startNanos, int offset, int number) {
  /** The events of one type in one chunk; {@code call} is null if they are no calls. */
  record Kind(JfrChunk chunk, JfrType type, CallType call) {
    static Kind of(JfrChunk chunk, JfrType type) {
      return new Kind(chunk, type, CallType.isCall(type.name()) ? new CallType(type) : null);
    }

    LocatedCall at(int offset, int number) {
      return new LocatedCall(this, chunk.number(type, offset, "startNanos"), offset, number);
    }
  }

  /**
   * Decodes the call.
   *
   * @param file name of the recording
   * @param process the JVM
   */
  JavaCall decoded(String file, String process) {
    JfrRow event = kind.chunk.event(kind.type, offset);
    return kind.call.call(event, kind.chunk, process, new Source(file, number));
  }
}
