package io.pinaudit.analyzer.trace;

/**
 * Consecutive page frames, or consecutive blocks of one page each.
 *
 * @param first number of the first
 * @param count how many, at least one
 */
public record PageRange(long first, long count) {
  /** Size of a page: no Linux file system mounts with DAX on anything but blocks of that size. */
  public static final long PAGE_BYTES = 4096;

  /** The number after the last. */
  public long end() {
    return first + count;
  }

  /** The number of the last. */
  public long last() {
    return first + count - 1;
  }

  /** Whether the number lies in the range. */
  public boolean contains(long number) {
    return first <= number && number < end();
  }

  @Override
  public String toString() {
    return count == 1 ? Long.toString(first) : first + "-" + last();
  }
}
