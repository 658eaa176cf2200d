package io.pinaudit.analyzer.trace;

import java.util.List;

/**
 * Consecutive bytes of a file.
 *
 * @param offset the offset of the first byte
 * @param length the number of bytes
 */
public record ByteRange(long offset, long length) {
  /** Returns the offset of the byte after the last. */
  public long end() {
    return offset + length;
  }

  /**
   * Adds this range to a list: it lengthens the last range of the list if it follows that at once.
   */
  public void appendTo(List<ByteRange> ranges) {
    if (!ranges.isEmpty() && ranges.getLast().end() == offset) {
      ByteRange last = ranges.removeLast();
      ranges.add(new ByteRange(last.offset, last.length + length));
    } else {
      ranges.add(this);
    }
  }

  /**
   * Returns the offsets of the first and the last byte, as reports name blocks; for an empty range,
   * its length.
   */
  @Override
  public String toString() {
    return length > 0 ? offset + "-" + (end() - 1) : offset + "+0";
  }
}
