package io.pinaudit.allocator;

/**
 * How broken up the free storage of a pool is.
 *
 * @param freeBytes how many bytes are free
 * @param freeRuns the number of contiguous runs
 * @param largestRunBytes the length of the longest run in bytes: no extent can be longer unless the
 *     pool grows
 */
public record Fragmentation(long freeBytes, long freeRuns, long largestRunBytes) {
  /**
   * Returns a number from 0, if all free storage is one run, towards 1, if it is in many small
   * ones.
   */
  public double ratio() {
    return freeBytes == 0 ? 0 : 1 - (double) largestRunBytes / freeBytes;
  }
}
