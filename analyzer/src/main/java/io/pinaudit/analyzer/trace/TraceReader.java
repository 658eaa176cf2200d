package io.pinaudit.analyzer.trace;

import java.io.IOException;

/**
 * The events of one input, in the order of their times as far as the input has it. Confined to one
 * thread.
 */
public interface TraceReader extends AutoCloseable {
  /** Returns the next event, or null at the end of the input. */
  TraceEvent next() throws IOException;

  @Override
  void close() throws IOException;
}
