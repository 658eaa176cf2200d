package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gives the pages of one CPU, one after the other.
 *
 * <p>Confined to one thread.
 */
interface PageSource {
  /** Returns the next page, which is valid until the next call; null after the last page. */
  ByteBuffer next() throws IOException;
}
