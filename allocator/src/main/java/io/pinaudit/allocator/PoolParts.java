package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.PinGate;
import io.pinaudit.allocator.storage.BlockReturn;
import io.pinaudit.allocator.storage.PoolFile;

/**
 * What the parts of one pool share.
 *
 * @param lock guards the state of the parts, and the changes of leases that are not a pin or an
 *     unpin. Of all locks of a pool it is taken last: first {@link PinGate}, then {@link
 *     BlockReturn}, then {@link ExtentMap#flushing}, then this one. Only monitors within which no
 *     other lock is taken come after it: {@link RingBuffers} and the writing of a superblock
 */
record PoolParts(PoolFile file, PoolOptions options, Holders holders, Object lock) {}
