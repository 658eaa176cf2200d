package io.pinaudit.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads block devices from sysfs ({@code /sys/dev/block}).
 *
 * <p>A pmem disk's {@code device} link leads to its namespace (raw) or to its pfn seed (fsdax);
 * both have a {@code resource} attribute with the physical address of the first data byte
 * (drivers/nvdimm/namespace_devs.c and pfn_devs.c, {@code resource_show}).
 */
public final class BlockDevices {
  private static final long SECTOR_BYTES = 512;

  private final Path sysDevBlock;

  /** Of this machine. */
  public BlockDevices() {
    this(Path.of("/sys/dev/block"));
  }

  BlockDevices(Path sysDevBlock) {
    this.sysDevBlock = sysDevBlock;
  }

  /** Every block device of the machine; an unreadable attribute makes a device OTHER. */
  public List<BlockDevice> list() throws IOException {
    try (Stream<Path> links = Files.list(sysDevBlock)) {
      return links.sorted().map(this::readUnchecked).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private BlockDevice readUnchecked(Path link) {
    try {
      return read(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BlockDevice read(Path link) throws IOException {
    Path node = link.toRealPath();
    boolean partition = Files.exists(node.resolve("partition"));
    Path disk = partition ? node.getParent() : node;
    long offsetBytes = partition ? readLong(node.resolve("start")) * SECTOR_BYTES : 0;
    BlockDevice.Kind kind = kind(disk);
    long diskStart = kind == BlockDevice.Kind.OTHER ? -1 : readLong(resource(disk));
    return new BlockDevice(
        node.getFileName().toString(),
        DeviceNumber.parse(link.getFileName().toString()),
        diskStart < 0 ? BlockDevice.Kind.OTHER : kind,
        diskStart < 0 ? -1 : diskStart + offsetBytes,
        readLong(node.resolve("size")) * SECTOR_BYTES);
  }

  private static BlockDevice.Kind kind(Path disk) throws IOException {
    if (!disk.getFileName().toString().startsWith("pmem") || !Files.exists(resource(disk))) {
      return BlockDevice.Kind.OTHER;
    }
    String owner = disk.resolve("device").toRealPath().getFileName().toString();
    if (owner.startsWith("pfn")) {
      return BlockDevice.Kind.PMEM_FSDAX;
    }
    return owner.startsWith("namespace") ? BlockDevice.Kind.PMEM_RAW : BlockDevice.Kind.OTHER;
  }

  private static Path resource(Path disk) {
    return disk.resolve("device").resolve("resource");
  }

  /** A decimal or 0x number; -1 if the file cannot be read or holds none. */
  private static long readLong(Path file) {
    try {
      return Long.decode(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
