package io.pinaudit.agent.stand;

/** The flags of the mode of fallocate(2), linux/falloc.h. */
public final class FallocateMode {
  /** A hole is punched, and the file keeps its size: what madvise(2) does with MADV_REMOVE. */
  public static final int PUNCH_AND_KEEP_SIZE = 3;

  public static final int KEEP_SIZE = 1;
  public static final int PUNCH_HOLE = 2;
  public static final int COLLAPSE_RANGE = 8;
  public static final int ZERO_RANGE = 0x10;
  public static final int INSERT_RANGE = 0x20;

  private FallocateMode() {}

  /** Returns whether what lies behind the range moves, because the range is taken out or put in. */
  public static boolean moves(int mode) {
    return (mode & (COLLAPSE_RANGE | INSERT_RANGE)) != 0;
  }

  /** Returns whether the range itself loses its bytes. */
  public static boolean clears(int mode) {
    return (mode & (PUNCH_HOLE | ZERO_RANGE)) != 0;
  }
}
