package io.pinaudit.analyzer.trace;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** The lines of a trace, whatever they are packed in. One thread. */
public interface LineSource extends Closeable {
  /** The next line without its end, or null after the last. */
  String next() throws IOException;

  /** Where the line that was returned last stands in the input. */
  Source source();

  /** Events by name that were left out since this was asked last, because nobody wants them. */
  default Map<String, Long> takeLeftOut() {
    return Map.of();
  }
}
