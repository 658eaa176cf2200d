package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Converts block numbers of xfs to block addresses. The low bits of a block number count the blocks
 * within an allocation group. These bits can count more blocks than a group has, so that block
 * numbers have gaps, and block addresses do not.
 *
 * @param blocks number of blocks in each group but the last, which may be shorter
 * @param blockBits number of low bits of a block number that count within the group
 */
public record AllocationGroups(long blocks, int blockBits) {
  // fs/xfs/libxfs/xfs_format.h, struct xfs_dsb: big-endian
  private static final int SUPERBLOCK_BYTES = 512;
  private static final int MAGIC = 0x58465342;
  private static final int AG_BLOCKS = 84;
  private static final int AG_BLOCK_BITS = 124;

  /**
   * Returns the allocation groups of the xfs on a device; null if the device has no xfs, or may not
   * be read.
   */
  static AllocationGroups of(Path device) {
    ByteBuffer superblock = ByteBuffer.allocate(SUPERBLOCK_BYTES);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      while (superblock.hasRemaining() && channel.read(superblock) > 0) {}
      return parse(superblock.flip());
    } catch (IOException e) {
      return null;
    }
  }

  static AllocationGroups parse(ByteBuffer superblock) {
    return superblock.limit() < SUPERBLOCK_BYTES || superblock.getInt(0) != MAGIC
        ? null
        : new AllocationGroups(
            Integer.toUnsignedLong(superblock.getInt(AG_BLOCKS)), superblock.get(AG_BLOCK_BITS));
  }

  /** Returns the address on the device, in blocks, of a block of a group. */
  public long address(long group, long blockInGroup) {
    return group * blocks + blockInGroup;
  }

  /** Returns the address on the device, in blocks, of a block number as inodes have it. */
  public long address(long blockNumber) {
    return address(blockNumber >>> blockBits, blockNumber & ((1L << blockBits) - 1));
  }
}
