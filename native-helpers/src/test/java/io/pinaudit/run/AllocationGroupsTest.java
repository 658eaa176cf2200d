package io.pinaudit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AllocationGroupsTest {
  /** Of 512 MiB as mkfs.xfs makes it: four groups of 32768 blocks; and one with gaps. */
  @Test
  void readsTheSuperblock() {
    ByteBuffer superblock = ByteBuffer.allocate(512);
    superblock.putInt(0, 0x58465342).putInt(84, 30_000).put(124, (byte) 15);
    assertEquals(new AllocationGroups(30_000, 15), AllocationGroups.parse(superblock));
  }

  @Test
  void takesNothingElseForASuperblock() {
    assertNull(AllocationGroups.parse(ByteBuffer.allocate(512)), "no magic");
    assertNull(AllocationGroups.parse(ByteBuffer.allocate(100).putInt(0, 0x58465342)), "cut off");
  }

  @Test
  void closesTheGapsBetweenGroups() {
    AllocationGroups groups = new AllocationGroups(30_000, 15);
    assertEquals(7, groups.address(7), "the first group has no gap before it");
    assertEquals(60_007, groups.address(2, 7));
    assertEquals(60_007, groups.address((2 << 15) + 7), "the same, packed");
  }
}
