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

  @Override
  public String toString() {
    return offset + "+" + length;
  }
}
