package io.pinaudit.analyzer.trace;

/** What fallocate(2) does to a range of a file, by its mode. */
public enum RangeChange {
  /** Allocates blocks, or none of the other changes alone, which the kernel refuses. */
  NOTHING,
  /** Frees the range's blocks; the file keeps its size. */
  PUNCH,
  /** Makes the range read as zeros; its blocks stay with the file. */
  ZERO,
  /** Takes the range out of the file; what is behind it moves to the front. */
  COLLAPSE,
  /** Puts a hole where the range is; what was there moves to the back. */
  INSERT;

  // linux/falloc.h
  private static final int PUNCH_HOLE = 0x02;
  private static final int COLLAPSE_RANGE = 0x08;
  private static final int ZERO_RANGE = 0x10;
  private static final int INSERT_RANGE = 0x20;

  /** Returns the change of a mode. */
  public static RangeChange of(long mode) {
    return switch ((int) mode & (PUNCH_HOLE | COLLAPSE_RANGE | ZERO_RANGE | INSERT_RANGE)) {
      case PUNCH_HOLE -> PUNCH;
      case ZERO_RANGE -> ZERO;
      case COLLAPSE_RANGE -> COLLAPSE;
      case INSERT_RANGE -> INSERT;
      default -> NOTHING;
    };
  }
}
