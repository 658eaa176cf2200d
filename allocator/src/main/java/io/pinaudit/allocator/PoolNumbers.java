package io.pinaudit.allocator;

/**
 * The numbers of a pool at one moment, for a monitor; {@link ExtentPool#numbers} costs about as
 * much as an allocation that finds its shard empty.
 *
 * @param lengthBytes of the file
 * @param free what can be allocated without growing
 * @param deferredBytes freed, but not to be allocated yet: see {@link ExtentPool#deferredBytes}
 * @param committedExtents how many are in the extent map
 * @param logBytes how much of the extent map's log is in use
 * @param logCapacityBytes how long the log can get before it begins anew
 * @param logRewrites how often it began anew since the pool was opened
 */
public record PoolNumbers(
    long lengthBytes,
    Fragmentation free,
    long deferredBytes,
    long committedExtents,
    long logBytes,
    long logCapacityBytes,
    long logRewrites) {}
