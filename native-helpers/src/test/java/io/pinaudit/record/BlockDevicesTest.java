package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockDevicesTest {
  @TempDir Path sys;

  /** The part of sysfs that is read, laid out as the lab's kernel 6.1 lays it out. */
  private Path disk(String owner, String name, String number) throws IOException {
    Path node = Files.createDirectories(sys.resolve("devices/" + owner + "/block/" + name));
    Files.createSymbolicLink(node.resolve("device"), sys.resolve("devices/" + owner));
    Files.writeString(node.resolve("size"), "1048576\n");
    link(node, number);
    return node;
  }

  private void link(Path node, String number) throws IOException {
    Files.createSymbolicLink(Files.createDirectories(sys.resolve("dev")).resolve(number), node);
  }

  private BlockDevices devices(String... table) {
    return new BlockDevices(sys.resolve("dev"), _ -> List.of(table));
  }

  private void mapper(String number, String slave) throws IOException {
    Path node = Files.createDirectories(sys.resolve("devices/virtual/block/dm-0"));
    Files.createDirectory(node.resolve("dm"));
    Files.createDirectories(node.resolve("slaves/" + slave));
    Files.writeString(node.resolve("size"), "8192\n");
    link(node, number);
  }

  private BlockDevice mapped(String... table) throws IOException {
    disk("namespace0.0", "pmem0", "259:0");
    Files.writeString(sys.resolve("devices/namespace0.0/resource"), "0x40000000\n");
    mapper("252:0", "pmem0");
    return devices(table).list().getFirst();
  }

  @Test
  void findsLinearMapping() throws IOException {
    assertEquals(
        new BlockDevice(
            "dm-0",
            new DeviceNumber(252, 0),
            BlockDevice.Kind.PMEM_LINEAR,
            0x40000000L + 2048 * 512,
            8192 * 512,
            null),
        mapped("0 8192 linear 259:0 2048"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 4096 linear 259:0 0\n4096 4096 linear 259:0 8192",
        "0 8192 striped 2 8 259:0 0 259:1 0",
        "0 8192 linear 259:0 3",
        "0 8192 linear 8:0 0",
        ""
      })
  void doesNotJoinOtherMappings(String table) throws IOException {
    BlockDevice device = mapped(table.split("\n"));
    assertFalse(device.joinable());
    assertFalse(device.obstacle().isEmpty());
  }

  @Test
  void findsRawNamespaceAndItsPartition() throws IOException {
    Path disk = disk("namespace0.0", "pmem0", "259:0");
    Files.writeString(sys.resolve("devices/namespace0.0/resource"), "0x40000000\n");
    Path partition = Files.createDirectory(disk.resolve("pmem0p1"));
    Files.writeString(partition.resolve("partition"), "1\n");
    Files.writeString(partition.resolve("start"), "2048\n");
    Files.writeString(partition.resolve("size"), "8192\n");
    link(partition, "259:1");
    assertEquals(
        List.of(
            new BlockDevice(
                "pmem0",
                new DeviceNumber(259, 0),
                BlockDevice.Kind.PMEM_RAW,
                0x40000000L,
                512L << 20,
                null),
            new BlockDevice(
                "pmem0p1",
                new DeviceNumber(259, 1),
                BlockDevice.Kind.PMEM_RAW,
                0x40000000L + (1 << 20),
                4 << 20,
                null)),
        devices().list());
  }

  @Test
  void findsFsdaxNamespaceByItsPfnDevice() throws IOException {
    disk("pfn0.1", "pmem1", "259:2");
    Files.writeString(sys.resolve("devices/pfn0.1/resource"), "0x100200000\n");
    BlockDevice device = devices().list().getFirst();
    assertEquals(BlockDevice.Kind.PMEM_FSDAX, device.kind());
    assertEquals(0x100200000L, device.dataStartBytes());
  }

  @Test
  void doesNotJoinOtherDisksOrBtt() throws IOException {
    disk("virtio0", "vda", "254:0");
    disk("btt0.0", "pmem0s", "259:0");
    Files.writeString(sys.resolve("devices/btt0.0/resource"), "0x40000000\n");
    for (BlockDevice device : devices().list()) {
      assertEquals(BlockDevice.Kind.OTHER, device.kind());
      assertFalse(device.joinable());
    }
  }

  @Test
  void listsThisMachine() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/sys/dev/block")), "no sysfs here");
    Set<String> before = numbersOfThisMachine();
    Set<String> listed =
        new BlockDevices()
            .list().stream().map(device -> device.number().toString()).collect(Collectors.toSet());
    // Devices may come and go meanwhile.
    before.retainAll(numbersOfThisMachine());
    before.removeAll(listed);
    assertEquals(Set.of(), before, "devices that are not listed");
  }

  private static Set<String> numbersOfThisMachine() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/sys/dev/block"))) {
      return links.map(link -> link.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
