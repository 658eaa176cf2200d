package io.pinaudit.allocator;

/**
 * A run of the file, free or not, in two lists: of its neighbours by offset, and, while it is free,
 * of free regions of like size. Guarded by the pool's lock.
 */
final class Region {
  long offset;
  long length;
  boolean free;

  /** The next regions of the chain; not always adjoining, since what shrink cut off is left out. */
  Region lower;

  Region upper;
  Region previousFree;
  Region nextFree;

  /** Whose it is; null for free regions and for the map's own. */
  Extent extent;

  Region(long offset, long length) {
    this.offset = offset;
    this.length = length;
  }

  long end() {
    return offset + length;
  }
}
