package io.pinaudit.analyzer.trace;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** The lines of a trace, in whichever format the trace is stored. Confined to one thread. */
public interface LineSource extends Closeable {
  /** Returns the next line without its end, or null after the last line. */
  String next() throws IOException;

  /** Returns the place in the input of the line that was returned last. */
  Source source();

  /**
   * Returns, by name, the numbers of events that were left out since the last call of this method,
   * because the analyzer has no use for them.
   */
  default Map<String, Long> takeLeftOut() {
    return Map.of();
  }
}
