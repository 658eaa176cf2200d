package io.pinaudit.allocator;

/**
 * How broken up the free storage of a pool is.
 *
 * @param freeBytes in all
 * @param freeRuns how many pieces that is
 * @param largestRunBytes the largest piece: the longest extent that can be had without growing
 */
public record Fragmentation(long freeBytes, long freeRuns, long largestRunBytes) {
  /** 0 if all free storage is one run, near 1 if it is in crumbs. */
  public double ratio() {
    return freeBytes == 0 ? 0 : 1 - (double) largestRunBytes / freeBytes;
  }
}
