package io.pinaudit.allocator.storage;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The free runs of the file: two-level segregated fit (Masmano and others, "TLSF", 2004).
 * Allocating and freeing take the same few steps whatever the number of regions: find a size class
 * through two bitmaps, unlink, split; find the neighbours through the chain, merge, link.
 *
 * <p>Runs of fewer than 16 blocks have a class for each length, longer ones 16 classes for each
 * power of two. A request takes a run from a class all members of which suffice. Only if there is
 * none are the members of its own class tried one by one. A request takes the front of a run: the
 * rest mostly stays in its class, and is not linked anew.
 *
 * <p>The region that was freed last is merged only when the next one is freed or another length is
 * asked for: a request of the same length gets it back as it is. So programs that free and allocate
 * pages of one size by turns neither merge nor split.
 *
 * <p>The pool's lock guards it.
 *
 * @param <T> who has regions
 */
public final class FreeMap<T> {
  public static final int BLOCK_SHIFT = 12;
  public static final long BLOCK_BYTES = 1L << BLOCK_SHIFT;
  private static final int LINEAR = 16;
  private static final int LINEAR_SHIFT = 4;
  private static final int CLASSES = 1024;

  /**
   * All regions by number, including those that are in no list any more; number 0 stands for none.
   */
  private Region<T>[] regions = newTable(64);

  private int count = 1;

  /**
   * The first region that is in no list, to be used by the next split; they are linked through
   * nextFree.
   */
  private int unused;

  /** The region that was freed last, not merged yet and in no list; 0 if there is none. */
  private int recent;

  /** The first free region of each class. */
  private final int[] lists = new int[CLASSES];

  /**
   * Bit c%64 of word c/64 says that list c has members; bit w of {@link #summary} that word w is
   * not 0.
   */
  private final long[] filled = new long[CLASSES / 64];

  private long summary;
  private int last;
  private long limit;
  private long freeBytes;
  private long freeRuns;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Region<T>[] newTable(int length) {
    return new Region[length];
  }

  /**
   * Returns the offset from which on nothing is given out: the end of the file, or that of a cut.
   */
  public long limit() {
    return limit;
  }

  /** Adds the next part of the file, free. */
  public void extend(long newLimit) {
    mergeRecent();
    Region<T> end = at(last);
    long more = newLimit - limit;
    if (end != null && end.free && end.end() == limit) {
      resize(end, end.length + more);
    } else {
      link(chainAtEnd(newRegion(limit, more)));
    }
    limit = newLimit;
  }

  /** Adds the next part of the file, in use. */
  Region<T> extendUsed(long newLimit) {
    Region<T> used = chainAtEnd(newRegion(limit, newLimit - limit));
    limit = newLimit;
    return used;
  }

  private Region<T> chainAtEnd(Region<T> region) {
    region.lower = last;
    if (last != 0) {
      at(last).upper = region.number;
    }
    last = region.number;
    return region;
  }

  private Region<T> at(int number) {
    return regions[number];
  }

  private Region<T> newRegion(long offset, long length) {
    Region<T> region = at(unused);
    if (region == null) {
      region = new Region<T>(count);
      if (count == regions.length) {
        regions = Arrays.copyOf(regions, 2 * count);
      }
      regions[count++] = region;
    } else {
      unused = region.nextFree;
      region.nextFree = 0;
    }
    region.offset = offset;
    region.length = length;
    return region;
  }

  /**
   * Returns a region of exactly that length at a multiple of the alignment, which is in use from
   * here on; null if there is none.
   */
  public Region<T> allocate(long length, long alignment) {
    if (recent != 0) {
      Region<T> again = at(recent);
      if (again.length == length && (again.offset & alignment - 1) == 0) {
        recent = 0;
        return again;
      }
      mergeRecent();
    }
    long slack = alignment - BLOCK_BYTES;
    Region<T> found = firstOf(classOfAtLeast(length + slack));
    if (found == null) {
      found = searchFrom(classOf(length), length, alignment);
      if (found == null) {
        return null;
      }
    }
    if (slack != 0) {
      cutFront(found, alignUp(found.offset, alignment) - found.offset);
    }
    return takeFront(found, length);
  }

  /**
   * Does what {@link #allocate} does, below a bound. Looks at every region; returns null if none
   * will do.
   */
  public Region<T> allocateBelow(long bound, long length) {
    mergeRecent();
    for (Region<T> at = at(last); at != null; at = at(at.lower)) {
      if (at.free && at.offset + length <= bound && at.length >= length) {
        return takeFront(at, length);
      }
    }
    return null;
  }

  /** Returns how many bytes are free at the very end. */
  long freeAtEnd() {
    mergeRecent();
    Region<T> end = at(last);
    return end.free ? end.length : 0;
  }

  /** Visits all free regions, from the end of the file to its beginning. */
  void forEachFree(Consumer<Region<T>> action) {
    mergeRecent();
    for (Region<T> at = at(last); at != null; at = at(at.lower)) {
      if (at.free) {
        action.accept(at);
      }
    }
  }

  /** Takes a region out of use; it is not to be used any more. */
  public void free(Region<T> region) {
    region.tenant = null;
    if (region.end() > limit && !trim(region)) {
      return;
    }
    mergeRecent();
    recent = region.number;
  }

  /** Merges the region that was freed last with its free neighbours. */
  private void mergeRecent() {
    if (recent != 0) {
      Region<T> region = at(recent);
      recent = 0;
      merge(region);
    }
  }

  private void merge(Region<T> region) {
    Region<T> lower = at(region.lower);
    Region<T> upper = at(region.upper);
    boolean joinsUpper = upper != null && upper.free && upper.offset == region.end();
    if (lower != null && lower.free && lower.end() == region.offset) {
      long length = lower.length + region.length;
      unchain(region);
      if (joinsUpper) {
        unlink(upper);
        length += upper.length;
        unchain(upper);
      }
      resize(lower, length);
    } else if (joinsUpper) {
      upper.offset = region.offset;
      resize(upper, upper.length + region.length);
      unchain(region);
    } else {
      link(region);
    }
  }

  /** Leaves of a region in use what the limit leaves of it; if nothing, forgets it: then false. */
  boolean trim(Region<T> region) {
    if (region.offset >= limit) {
      unchain(region);
      return false;
    }
    region.length = Math.min(region.length, limit - region.offset);
    return true;
  }

  /**
   * Gives out nothing from the new limit on any more. Regions in use beyond it stay in the chain
   * until they are freed, and are then forgotten, or trimmed.
   */
  public void cut(long newLimit) {
    mergeRecent();
    limit = newLimit;
    for (Region<T> at = at(last); at != null && at.end() > newLimit; ) {
      Region<T> lower = at(at.lower);
      if (at.free) {
        if (at.offset >= newLimit) {
          unlink(at);
          unchain(at);
        } else {
          resize(at, newLimit - at.offset);
        }
      }
      at = lower;
    }
  }

  /** Visits all regions in use, from the end of the file to its beginning. */
  void forEachUsed(Consumer<Region<T>> action) {
    mergeRecent();
    for (Region<T> at = at(last); at != null; ) {
      Region<T> lower = at(at.lower);
      if (!at.free) {
        action.accept(at);
      }
      at = lower;
    }
  }

  public FreeRuns runs() {
    mergeRecent();
    long largest = 0;
    int top = lastFilled();
    if (top >= 0) {
      for (Region<T> at = at(lists[top]); at != null; at = at(at.nextFree)) {
        largest = Math.max(largest, at.length);
      }
    }
    return new FreeRuns(freeBytes, freeRuns, largest);
  }

  private int lastFilled() {
    for (int word = filled.length - 1; word >= 0; word--) {
      if (filled[word] != 0) {
        return word * 64 + 63 - Long.numberOfLeadingZeros(filled[word]);
      }
    }
    return -1;
  }

  /** Splits off a part that stays free. */
  private void cutFront(Region<T> region, long length) {
    if (length != 0) {
      link(splitFront(region, length));
    }
  }

  /** Takes a part, or all, of a free region into use. */
  private Region<T> takeFront(Region<T> region, long length) {
    if (region.length == length) {
      unlink(region);
      return region;
    }
    return splitFront(region, length);
  }

  private Region<T> splitFront(Region<T> region, long length) {
    Region<T> front = newRegion(region.offset, length);
    front.lower = region.lower;
    front.upper = region.number;
    if (front.lower != 0) {
      at(front.lower).upper = front.number;
    }
    region.lower = front.number;
    region.offset += length;
    resize(region, region.length - length);
    return front;
  }

  /** Changes the length of a free region; most regions stay in their class. */
  private void resize(Region<T> region, long length) {
    if (classOf(length) == classOf(region.length)) {
      freeBytes += length - region.length;
      region.length = length;
    } else {
      unlink(region);
      region.length = length;
      link(region);
    }
  }

  private void unchain(Region<T> region) {
    if (region.lower != 0) {
      at(region.lower).upper = region.upper;
    }
    if (region.upper != 0) {
      at(region.upper).lower = region.lower;
    } else {
      last = region.lower;
    }
    region.lower = 0;
    region.upper = 0;
    region.nextFree = unused;
    unused = region.number;
  }

  private Region<T> firstOf(int sizeClass) {
    int word = sizeClass >>> 6;
    long bits = filled[word] & (-1L << (sizeClass & 63));
    if (bits == 0) {
      long words = word == 63 ? 0 : summary & (-1L << (word + 1));
      if (words == 0) {
        return null;
      }
      word = Long.numberOfTrailingZeros(words);
      bits = filled[word];
    }
    return at(lists[word * 64 + Long.numberOfTrailingZeros(bits)]);
  }

  /** Tries the members of classes one by one, if no class is certain to have what is asked for. */
  private Region<T> searchFrom(int sizeClass, long length, long alignment) {
    for (int next = sizeClass; next < CLASSES; next++) {
      for (Region<T> region = at(lists[next]); region != null; region = at(region.nextFree)) {
        if (alignUp(region.offset, alignment) + length <= region.end()) {
          return region;
        }
      }
    }
    return null;
  }

  private void link(Region<T> region) {
    int list = classOf(region.length);
    int head = lists[list];
    region.free = true;
    region.previousFree = 0;
    region.nextFree = head;
    if (head != 0) {
      at(head).previousFree = region.number;
    }
    lists[list] = region.number;
    filled[list >>> 6] |= 1L << (list & 63);
    summary |= 1L << (list >>> 6);
    freeBytes += region.length;
    freeRuns++;
  }

  private void unlink(Region<T> region) {
    int list = classOf(region.length);
    region.free = false;
    if (region.previousFree != 0) {
      at(region.previousFree).nextFree = region.nextFree;
    } else {
      lists[list] = region.nextFree;
      if (region.nextFree == 0) {
        filled[list >>> 6] &= ~(1L << (list & 63));
        if (filled[list >>> 6] == 0) {
          summary &= ~(1L << (list >>> 6));
        }
      }
    }
    if (region.nextFree != 0) {
      at(region.nextFree).previousFree = region.previousFree;
    }
    region.previousFree = 0;
    region.nextFree = 0;
    freeBytes -= region.length;
    freeRuns--;
  }

  /** Returns the class that a run of this length is kept in. */
  private static int classOf(long length) {
    long blocks = length >>> BLOCK_SHIFT;
    if (blocks < LINEAR) {
      return (int) blocks;
    }
    int power = 63 - Long.numberOfLeadingZeros(blocks);
    return (power - LINEAR_SHIFT + 1) * LINEAR + (int) (blocks >>> (power - LINEAR_SHIFT)) - LINEAR;
  }

  /** Returns the first class all members of which are at least this long. */
  private static int classOfAtLeast(long length) {
    long blocks = length >>> BLOCK_SHIFT;
    if (blocks < LINEAR) {
      return (int) blocks;
    }
    int power = 63 - Long.numberOfLeadingZeros(blocks);
    return classOf((blocks + (1L << (power - LINEAR_SHIFT)) - 1) << BLOCK_SHIFT);
  }

  public static long alignUp(long value, long alignment) {
    return (value + alignment - 1) & -alignment;
  }
}
