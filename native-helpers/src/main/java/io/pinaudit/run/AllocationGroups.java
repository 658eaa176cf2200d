package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How xfs numbers its blocks: its allocation groups are shorter than the part of a block number
 * that counts within one, so that block numbers have gaps and block addresses do not.
 *
 * @param blocks of each group but the last, which may be shorter
 * @param blockBits so many low bits of a block number count within its group
 */
public record AllocationGroups(long blocks, int blockBits) {
  // fs/xfs/libxfs/xfs_format.h, struct xfs_dsb: big-endian
  private static final int SUPERBLOCK_BYTES = 512;
  private static final int MAGIC = 0x58465342;
  private static final int AG_BLOCKS = 84;
  private static final int AG_BLOCK_BITS = 124;

  /** Of the xfs on that device, or null if it has none or may not be read. */
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

  /** Address on the device, in blocks, of a block of a group. */
  public long address(long group, long blockInGroup) {
    return group * blocks + blockInGroup;
  }

  /** Address on the device, in blocks, of a block number as inodes have it. */
  public long address(long blockNumber) {
    return address(blockNumber >>> blockBits, blockNumber & ((1L << blockBits) - 1));
  }
}
