package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;

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

  /** Its memory when it was last asked for; null if it never was. */
  private MemorySegment memory;

  /** Whose it is; null for free regions and for those of the pool itself. */
  T tenant;

  Region(int number) {
    this.number = number;
  }

  public long end() {
    return offset + length;
  }

  /**
   * The memory of a tenant in a mapping; mostly the segment that the last tenant saw. For any
   * thread, since any of several equal segments will do.
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
