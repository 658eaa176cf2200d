package io.pinaudit.allocator;

/**
 * The numbers of a pool at one moment, for a monitor. {@link ExtentPool#numbers} takes the pool's
 * lock, and empties the shards that threads allocate from: ask once a second, not once a request.
 *
 * @param lengthBytes how long the file is
 * @param free the storage that can be allocated without growing
 * @param deferredBytes storage that is freed but cannot be allocated yet, see {@link
 *     ExtentPool#deferredBytes}
 * @param committedExtents how many extents are committed
 * @param logBytes how much of the extent map's log is in use
 * @param logCapacityBytes how long the log can get; it is begun anew before it is full
 * @param logRewrites how often the log was begun anew since the pool was opened
 */
public record PoolNumbers(
    long lengthBytes,
    Fragmentation free,
    long deferredBytes,
    long committedExtents,
    long logBytes,
    long logCapacityBytes,
    long logRewrites) {}
