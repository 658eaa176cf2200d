package io.pinaudit.allocator;

/**
 * The numbers of a pool for a monitor (see {@link PoolOptions#monitored}), which are those of
 * {@link PoolNumbers}. Each getter asks the pool anew.
 */
public interface ExtentPoolMXBean {
  /** Returns the length of the file, in bytes. */
  long getLengthBytes();

  /** Returns how many bytes can be allocated without growing. */
  long getFreeBytes();

  /** Returns the length of the longest extent that can be allocated without growing, in bytes. */
  long getLargestFreeRunBytes();

  /** Returns in how many contiguous runs the free storage is. */
  long getFreeRuns();

  /** Returns how many bytes are freed but cannot be allocated yet. */
  long getDeferredBytes();

  /** Returns how many extents are in the extent map. */
  long getCommittedExtents();

  /** Returns how many bytes of the extent map's log are in use. */
  long getLogBytes();

  /** Returns how long the log can get before it begins anew, in bytes. */
  long getLogCapacityBytes();

  /** Returns how often the log began anew since the pool was opened. */
  long getLogRewrites();
}
