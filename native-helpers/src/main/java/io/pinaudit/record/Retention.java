package io.pinaudit.record;

/**
 * Says how much of a recording is kept: the last part of it. What is older is dropped while the
 * recording goes on, in whole pieces.
 *
 * @param keepNanos the time that is kept at least, in nanoseconds
 * @param mostBytes the number of bytes that the kernel's traces may take on disk, about
 */
public record Retention(long keepNanos, long mostBytes) {
  /** Everything is kept. */
  public static final Retention ALL = new Retention(Long.MAX_VALUE, Long.MAX_VALUE);

  /** Returns whether something may have to be dropped. */
  public boolean isBounded() {
    return keepNanos != Long.MAX_VALUE || mostBytes != Long.MAX_VALUE;
  }

  /** Returns the same for one of two traces that share the bytes. */
  Retention half() {
    return new Retention(keepNanos, mostBytes == Long.MAX_VALUE ? mostBytes : mostBytes / 2);
  }
}
