package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin.StorageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageIdsTest {
  private static final DeviceNumber PMEM = new DeviceNumber(259, 0);
  private static final DeviceNumber DISK = new DeviceNumber(8, 1);
  private static final String UUID = "00010203-0405-0607-0809-0a0b0c0d0e0f";

  @TempDir Path root;

  private static byte[] head(int uuidAt) {
    byte[] head = new byte[2048];
    for (int i = 0; i < 16; i++) {
      head[uuidAt + i] = (byte) i;
    }
    return head;
  }

  private static byte[] ext4() {
    byte[] head = head(1024 + 104);
    head[1024 + 56] = 0x53;
    head[1024 + 57] = (byte) 0xef;
    return head;
  }

  private static BlockDevice device(String name, DeviceNumber number) {
    return new BlockDevice(name, number, BlockDevice.Kind.OTHER, -1, 6, "not persistent memory");
  }

  private static Mount mount(DeviceNumber number) {
    return new Mount("/mnt", "ext4", number, false, 4096, null);
  }

  private void write(String file, byte[] bytes) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, bytes);
  }

  @Test
  void readsSuperblocks() {
    assertEquals(Optional.of(UUID), StorageIds.uuid(ext4()));
    byte[] xfs = head(32);
    System.arraycopy(new byte[] {'X', 'F', 'S', 'B'}, 0, xfs, 0, 4);
    assertEquals(Optional.of(UUID), StorageIds.uuid(xfs));
    assertEquals(Optional.empty(), StorageIds.uuid(head(32)), "no magic number");
    assertEquals(Optional.empty(), StorageIds.uuid(new byte[10]));
  }

  @Test
  void namesMountedFileSystemsNamespacesAndTags() throws IOException {
    write("dev/pmem0", ext4());
    write("sys/dev/block/259:0/device/uuid", "ab-cd\n".getBytes(StandardCharsets.UTF_8));
    write(
        "proc/self/mountinfo",
        "40 1 0:36 / /s rw - virtiofs shared rw\n".getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(root.resolve("dev/disk/by-uuid"));
    Files.createSymbolicLink(root.resolve("dev/disk/by-uuid/beef"), Path.of("../../sda1"));
    List<BlockDevice> devices = List.of(device("pmem0", PMEM), device("sda1", DISK));
    assertEquals(
        List.of(
            new StorageId(PMEM, StorageId.Kind.PMEM, "ab-cd"),
            new StorageId(PMEM, StorageId.Kind.FILE_SYSTEM, UUID),
            new StorageId(DISK, StorageId.Kind.FILE_SYSTEM, "beef"),
            new StorageId(new DeviceNumber(0, 36), StorageId.Kind.VIRTIOFS, "shared")),
        new StorageIds(root).list(devices, List.of(mount(PMEM), mount(DISK))));
  }

  @Test
  void leavesOutWhatIsNotMountedOrCannotBeRead() throws IOException {
    write("dev/pmem0", ext4());
    assertEquals(
        List.of(), new StorageIds(root).list(List.of(device("pmem0", PMEM)), List.of(mount(DISK))));
  }
}
