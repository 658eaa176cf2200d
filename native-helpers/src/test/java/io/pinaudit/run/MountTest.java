package io.pinaudit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MountTest {
  @Test
  void readsMountinfo() {
    Mount mount =
        Mount.parse(
            "36 35 259:0 / /mnt/my\\040dax rw,relatime shared:1 - ext4 /dev/pmem0 rw,dax=always");
    assertEquals("/mnt/my dax", mount.mountPoint());
    assertEquals("ext4", mount.fsType());
    assertEquals(new DeviceNumber(259, 0), mount.number());
    assertTrue(mount.dax());
  }

  @Test
  void doesNotTakeInodeOrNeverForDax() {
    for (String option : new String[] {"dax=inode", "dax=never", "daxx"}) {
      assertFalse(Mount.parse("1 2 8:1 / / rw - xfs /dev/sda1 rw," + option).dax());
    }
  }

  @Test
  void decodesDeviceNumbers() {
    assertEquals(new DeviceNumber(259, 0), DeviceNumber.ofKernel(259L << 20));
    assertEquals(new DeviceNumber(259, 1), DeviceNumber.ofStat(0x10301));
    assertEquals(new DeviceNumber(8, 0x12345), DeviceNumber.ofStat(0x12300845));
    assertEquals("259:0", DeviceNumber.parse("259:0\n").toString());
  }

  @Test
  void decodesMountPointsInUtf8AndTakesAnyBytes() {
    assertEquals(
        "/gr\u00fcn",
        Mount.parse("1 2 8:1 / /gr\u00c3\u00bcn rw - ext4 /dev/sda1 rw").mountPoint());
    assertEquals("/\ufffd", Mount.parse("1 2 8:1 / /\u00ff rw - ext4 /dev/sda1 rw").mountPoint());
  }
}
