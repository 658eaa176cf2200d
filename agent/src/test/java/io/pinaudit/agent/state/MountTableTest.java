package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {
  @Test
  void countsFileSystemsOnWhichFilesMayHaveDax() {
    assertEquals(
        new MountTable(6, 3),
        MountTable.of(
            List.of(
                "36 35 259:0 / /mnt/dax rw,relatime shared:1 - ext4 /dev/sda1 rw,dax=always",
                "37 35 0:44 / /mnt/v rw - virtiofs share rw,dax",
                "38 35 259:1 / /mnt/p rw - xfs /dev/pmem1 rw,dax=inode",
                "39 35 8:1 / / rw,relatime - ext4 /dev/sda1 rw,errors=dax",
                "40 35 0:5 / /proc rw - proc proc rw",
                "cut off")));
  }

  @Test
  void readsThoseOfThisProcess() {
    assertTrue(MountTable.ofThisProcess().mounts() > 0);
  }
}
