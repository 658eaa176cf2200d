package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.List;

/**
 * Where a hazard or a step happened: a file and blocks of the file's device.
 *
 * @param file the file that the blocks belong or belonged to
 * @param blocks block numbers of its file system, ascending
 * @param ranges where these blocks lie in the file; empty if unknown
 */
public record Place(FileRef file, List<PageRange> blocks, List<ByteRange> ranges) {
  /** Returns the number of blocks. */
  public long blockCount() {
    return blocks.stream().mapToLong(PageRange::count).sum();
  }
}
