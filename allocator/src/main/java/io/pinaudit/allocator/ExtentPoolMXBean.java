package io.pinaudit.allocator;

/**
 * The numbers of a pool for a monitor, see {@link PoolOptions#monitored}: those of {@link
 * PoolNumbers}. Each getter asks the pool anew.
 */
public interface ExtentPoolMXBean {
  /** How long the file is. */
  long getLengthBytes();

  /** What can be allocated without growing. */
  long getFreeBytes();

  /** The longest extent that can be allocated without growing. */
  long getLargestFreeRunBytes();

  /** In how many runs the free storage is. */
  long getFreeRuns();

  /** Freed, but not to be allocated yet. */
  long getDeferredBytes();

  /** How many extents are in the extent map. */
  long getCommittedExtents();

  /** How much of the extent map's log is in use. */
  long getLogBytes();

  /** How long the log can get before it begins anew. */
  long getLogCapacityBytes();

  /** How often it began anew since the pool was opened. */
  long getLogRewrites();
}
