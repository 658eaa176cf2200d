package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;

/**
 * A run of the file, free or in use. It is in a list of neighbours by offset and, while it is free,
 * in a list of free regions of like size. The pool's lock guards it.
 *
 * <p>The links are numbers of {@link FreeMap}'s table and not references: they change with every
 * split and merge, and a garbage collector has to be told of each reference that is stored from one
 * old object into another. 0 stands for none.
 *
 * @param <T> who has regions
 */
public final class Region<T> {
  public final int number;
  public long offset;
  public long length;
  public boolean free;

  /** The next region of the chain. It need not adjoin, because a shrink cuts regions off. */
  int lower;

  int upper;
  int previousFree;
  int nextFree;

  /** The memory that was asked for last; null if none was. */
  private MemorySegment memory;

  /** The owner; null for free regions and for those of the pool itself. */
  T tenant;

  Region(int number) {
    this.number = number;
  }

  public long end() {
    return offset + length;
  }

  /**
   * Returns the memory of a tenant in a mapping; mostly it is the segment that the last tenant got.
   * For any thread, because any of several equal segments will do.
   *
   * @param from where the tenant begins; the region may have changed since it was the tenant's
   */
  public MemorySegment memoryIn(Mapping mapping, long from, long lengthBytes) {
    MemorySegment whole = mapping.memory;
    MemorySegment seen = memory;
    if (seen == null
        || seen.byteSize() != lengthBytes
        || seen.address() != whole.address() + from
        || !seen.scope().equals(whole.scope())) {
      seen = whole.asSlice(from, lengthBytes);
      memory = seen;
    }
    return seen;
  }
}
