package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The pages of one CPU, one after the other. One thread. */
interface PageSource {
  /** The next page, valid until the next call, or null after the last. */
  ByteBuffer next() throws IOException;
}
