package io.pinaudit.analyzer.trace;

import java.io.Serializable;
import java.util.List;

/**
 * Consecutive page frames, or consecutive blocks of one page each.
 *
 * @param first number of the first page frame or block
 * @param count how many page frames or blocks, at least one
 */
public record PageRange(long first, long count) implements Serializable {
  /**
   * Size of a page in bytes. No Linux file system mounts with DAX unless its blocks have this size.
   */
  public static final long PAGE_BYTES = 4096;

  /** Returns a number of bytes, rounded up to whole pages. */
  public static long up(long bytes) {
    return down(bytes + PAGE_BYTES - 1);
  }

  /** Returns a number of bytes, rounded down to whole pages. */
  public static long down(long bytes) {
    return bytes / PAGE_BYTES * PAGE_BYTES;
  }

  /** Returns the number after the last. */
  public long end() {
    return first + count;
  }

  /** Returns the number of the last page frame or block. */
  public long last() {
    return first + count - 1;
  }

  /** Returns the bytes of a file's pages of these numbers. */
  public ByteRange bytes() {
    return new ByteRange(first * PAGE_BYTES, count * PAGE_BYTES);
  }

  /**
   * Adds this range to a list: it lengthens the last range of the list if it follows that at once.
   */
  public void appendTo(List<PageRange> ranges) {
    if (!ranges.isEmpty() && ranges.getLast().end() == first) {
      PageRange last = ranges.removeLast();
      ranges.add(new PageRange(last.first, last.count + count));
    } else {
      ranges.add(this);
    }
  }

  /** Returns whether a number lies in the range. */
  public boolean contains(long number) {
    return first <= number && number < end();
  }

  @Override
  public String toString() {
    return count == 1 ? Long.toString(first) : first + "-" + last();
  }
}
