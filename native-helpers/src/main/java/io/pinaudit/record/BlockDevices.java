package io.pinaudit.record;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads block devices from sysfs ({@code /sys/dev/block}), and the tables of device-mapper from
 * dmsetup(8), which is their only source.
 *
 * <p>A pmem disk's {@code device} link leads to its namespace (raw) or to its pfn device (fsdax);
 * both have a {@code resource} attribute with the physical address of the first data byte
 * (drivers/nvdimm/namespace_devs.c and pfn_devs.c, {@code resource_show}).
 */
public final class BlockDevices {
  private static final long SECTOR_BYTES = 512;
  private static final long PAGE_BYTES = 4096;

  // 0 262144 linear 259:0 2048
  private static final Pattern LINEAR = Pattern.compile("0 (\\d+) linear (\\d+:\\d+) (\\d+)");

  private final Path sysDevBlock;
  private final Tables tables;

  /** The source of the tables of device-mapper. */
  @FunctionalInterface
  interface Tables {
    /**
     * Returns the lines of a device's table.
     *
     * @throws IOException if the table cannot be read; the message says why
     */
    List<String> table(DeviceNumber device) throws IOException;
  }

  /** Reads the devices of this machine. */
  public BlockDevices() {
    this(Path.of("/sys/dev/block"), BlockDevices::dmsetup);
  }

  BlockDevices(Path sysDevBlock, Tables tables) {
    this.sysDevBlock = sysDevBlock;
    this.tables = tables;
  }

  /**
   * Returns every block device of the machine; a device that cannot be read has an obstacle. The
   * list is empty if sysfs is not mounted, as in a bare chroot.
   */
  public List<BlockDevice> list() throws IOException {
    if (!Files.isDirectory(sysDevBlock)) {
      return List.of();
    }
    try (Stream<Path> links = Files.list(sysDevBlock)) {
      return links.sorted().map(this::read).toList();
    }
  }

  private BlockDevice read(Path link) {
    DeviceNumber number = DeviceNumber.parse(link.getFileName().toString());
    try {
      return read(link.toRealPath(), number);
    } catch (IOException e) {
      // The device has gone meanwhile.
      return other(link.getFileName().toString(), number, 0, "unreadable: " + e.getMessage());
    }
  }

  private BlockDevice read(Path node, DeviceNumber number) throws IOException {
    if (Files.exists(node.resolve("partition"))) {
      BlockDevice disk = read(node.getParent(), number);
      return stretch(node, number, disk, disk.kind(), readLong(node.resolve("start")));
    }
    return Files.exists(node.resolve("dm")) ? mapped(node, number) : disk(node, number);
  }

  private BlockDevice mapped(Path node, DeviceNumber number) throws IOException {
    long size = sizeBytes(node);
    String name = name(node);
    if (isEmpty(node.resolve("slaves"))) {
      return other(name, number, size, "device-mapper without devices below it");
    }
    List<String> table;
    try {
      table = tables.table(number);
    } catch (IOException e) {
      return other(name, number, size, "device-mapper table unknown: " + e.getMessage());
    }
    Matcher line = LINEAR.matcher(String.join("\n", table));
    if (!line.matches()) {
      return other(name, number, size, "device-mapper, and not one linear segment");
    }
    DeviceNumber below = DeviceNumber.parse(line.group(2));
    BlockDevice base = read(sysDevBlock.resolve(below.toString()));
    return stretch(node, number, base, BlockDevice.Kind.PMEM_LINEAR, Long.parseLong(line.group(3)));
  }

  /** Returns a device that is a part of another device, from a sector of that device on. */
  private static BlockDevice stretch(
      Path node, DeviceNumber number, BlockDevice base, BlockDevice.Kind kind, long startSector) {
    long offsetBytes = startSector * SECTOR_BYTES;
    if (!base.joinable()) {
      return other(name(node), number, sizeBytes(node), base.obstacle());
    }
    if (startSector < 0 || (base.dataStartBytes() + offsetBytes) % PAGE_BYTES != 0) {
      return other(name(node), number, sizeBytes(node), "does not start at a page");
    }
    long startBytes = base.dataStartBytes() + offsetBytes;
    return new BlockDevice(name(node), number, kind, startBytes, sizeBytes(node), null);
  }

  private static BlockDevice disk(Path node, DeviceNumber number) throws IOException {
    if (!name(node).startsWith("pmem")) {
      return other(name(node), number, sizeBytes(node), "not persistent memory");
    }
    String owner = node.resolve("device").toRealPath().getFileName().toString();
    BlockDevice.Kind kind =
        owner.startsWith("pfn")
            ? BlockDevice.Kind.PMEM_FSDAX
            : owner.startsWith("namespace") ? BlockDevice.Kind.PMEM_RAW : BlockDevice.Kind.OTHER;
    if (kind == BlockDevice.Kind.OTHER) {
      return other(name(node), number, sizeBytes(node), "persistent memory as sectors: " + owner);
    }
    // Only root may read the address. A device that begins within a page cannot be mapped by DAX.
    long startBytes = readLong(node.resolve("device/resource"));
    return startBytes <= 0 || startBytes % PAGE_BYTES != 0
        ? other(name(node), number, sizeBytes(node), "its physical address is not told")
        : new BlockDevice(name(node), number, kind, startBytes, sizeBytes(node), null);
  }

  private static BlockDevice other(
      String name, DeviceNumber number, long sizeBytes, String obstacle) {
    return new BlockDevice(name, number, BlockDevice.Kind.OTHER, -1, sizeBytes, obstacle);
  }

  private static String name(Path node) {
    return node.getFileName().toString();
  }

  private static long sizeBytes(Path node) {
    return readLong(node.resolve("size")) * SECTOR_BYTES;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Returns the decimal or 0x number in a file; -1 if the file cannot be read or holds none. */
  private static long readLong(Path file) {
    try {
      return Long.decode(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  private static List<String> dmsetup(DeviceNumber device) throws IOException {
    try {
      Process dmsetup =
          new ProcessBuilder(
                  "dmsetup",
                  "table",
                  "--major",
                  "" + device.major(),
                  "--minor",
                  "" + device.minor())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      List<String> lines = dmsetup.inputReader().readAllLines();
      if (dmsetup.waitFor() != 0) {
        throw new IOException("dmsetup table fails (run as root)");
      }
      return lines;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
