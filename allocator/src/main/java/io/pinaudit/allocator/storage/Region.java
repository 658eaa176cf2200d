package io.pinaudit.allocator.storage;

/**
 * A run of the file, free or not, in two lists: of its neighbours by offset, and, while it is free,
 * of free regions of like size. Guarded by the pool's lock.
 *
 * <p>The links are numbers of {@link FreeMap}'s table and not references: they change with every
 * split and merge, and a store of a reference from one old object to another is what a garbage
 * collector has to be told of. 0 is none.
 *
 * @param <T> who has regions
 */
public final class Region<T> {
  public final int number;
  public long offset;
  public long length;
  public boolean free;

  /** The next regions of the chain; not always adjoining, since what shrink cut off is left out. */
  int lower;

  int upper;
  int previousFree;
  int nextFree;

  /** Whose it is; null for free regions and for those of the pool itself. */
  T tenant;

  Region(int number) {
    this.number = number;
  }

  public long end() {
    return offset + length;
  }
}
