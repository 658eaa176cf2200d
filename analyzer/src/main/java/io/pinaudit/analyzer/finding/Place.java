package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.List;

/**
 * Where: a file and blocks of its device.
 *
 * @param file whose
 * @param blocks block numbers of its file system, ascending
 * @param ranges where these blocks lie in the file; empty if unknown
 */
public record Place(FileRef file, List<PageRange> blocks, List<ByteRange> ranges) {
  /** How many blocks. */
  public long blockCount() {
    return blocks.stream().mapToLong(PageRange::count).sum();
  }
}
