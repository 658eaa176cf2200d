package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.PinGate;
import io.pinaudit.allocator.storage.BlockReturn;
import io.pinaudit.allocator.storage.PoolFile;

/**
 * What the parts of one pool have in common.
 *
 * @param lock guards what the parts hold, and the changes of leases that are not a pin or an unpin.
 *     Of all locks of a pool it is the last one to be taken: {@link PinGate}, then {@link
 *     BlockReturn}, then {@link ExtentMap#flushing}, then this. Only monitors that take no other
 *     one come after it: {@link RingBuffers} and the writing of a superblock
 */
record PoolParts(PoolFile file, PoolOptions options, Holders holders, Object lock) {}
