package io.pinaudit.analyzer.trace;

/**
 * Bytes of a file.
 *
 * @param offset of the first byte
 * @param length how many
 */
public record ByteRange(long offset, long length) {
  /** The byte after the last. */
  public long end() {
    return offset + length;
  }

  /** The first and the last, as blocks are named; the length of a range of none. */
  @Override
  public String toString() {
    return length > 0 ? offset + "-" + (end() - 1) : offset + "+0";
  }
}
