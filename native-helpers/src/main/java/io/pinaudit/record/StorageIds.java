package io.pinaudit.record;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin.StorageId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the identities of mounted file systems and persistent memory that hold on other hosts and
 * after other boots. Identities that this process may not read are left out.
 */
public final class StorageIds {
  private static final int HEAD_BYTES = 2048;
  private static final int UUID_BYTES = 16;
  // struct ext4_super_block of fs/ext4/ext4.h, 1024 bytes from the start of the device
  private static final int EXT4_MAGIC = 1024 + 0x38;
  private static final int EXT4_UUID = 1024 + 0x68;
  // struct xfs_dsb of fs/xfs/libxfs/xfs_format.h
  private static final byte[] XFS_MAGIC = "XFSB".getBytes(StandardCharsets.US_ASCII);
  private static final int XFS_UUID = 32;

  private final Path root;

  /** Reads the identities of this machine. */
  public StorageIds() {
    this(Path.of("/"));
  }

  /**
   * Reads the identities of the machine whose {@code proc}, {@code sys} and {@code dev} lie in a
   * folder.
   */
  StorageIds(Path root) {
    this.root = root;
  }

  /** Returns all identities, in the order of the devices, then of the mounts. */
  public List<StorageId> list(List<BlockDevice> devices, List<Mount> mounts) {
    List<StorageId> ids = new ArrayList<>();
    for (BlockDevice device : devices) {
      pmem(device).ifPresent(ids::add);
      if (mounts.stream().anyMatch(mount -> mount.number().equals(device.number()))) {
        fileSystem(device).ifPresent(ids::add);
      }
    }
    ids.addAll(virtiofs());
    return ids.stream().distinct().toList();
  }

  private Optional<StorageId> pmem(BlockDevice device) {
    Path uuid = root.resolve("sys/dev/block/" + device.number() + "/device/uuid");
    try {
      String text = Files.readString(uuid).strip();
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(new StorageId(device.number(), StorageId.Kind.PMEM, text));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<StorageId> fileSystem(BlockDevice device) {
    return superblock(root.resolve("dev").resolve(device.name()))
        .or(() -> linked(device.name()))
        .map(uuid -> new StorageId(device.number(), StorageId.Kind.FILE_SYSTEM, uuid));
  }

  private static Optional<String> superblock(Path device) {
    try (InputStream in = Files.newInputStream(device)) {
      return uuid(in.readNBytes(HEAD_BYTES));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the UUID in the first bytes of a file system that is ext2, ext3, ext4 or xfs. */
  static Optional<String> uuid(byte[] head) {
    if (head.length < HEAD_BYTES) {
      return Optional.empty();
    }
    if (Arrays.equals(head, 0, XFS_MAGIC.length, XFS_MAGIC, 0, XFS_MAGIC.length)) {
      return Optional.of(hyphened(head, XFS_UUID));
    }
    boolean ext4 = (head[EXT4_MAGIC] & 0xff) == 0x53 && (head[EXT4_MAGIC + 1] & 0xff) == 0xef;
    return ext4 ? Optional.of(hyphened(head, EXT4_UUID)) : Optional.empty();
  }

  private static String hyphened(byte[] head, int at) {
    String digits = HexFormat.of().formatHex(head, at, at + UUID_BYTES);
    return digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  /**
   * Returns the UUID of a device's file system, which udev links to the device: {@code
   * /dev/disk/by-uuid/UUID -> ../../sda1}.
   */
  private Optional<String> linked(String name) {
    try (Stream<Path> links = Files.list(root.resolve("dev/disk/by-uuid"))) {
      return links
          .filter(Files::isSymbolicLink)
          .filter(link -> target(link).equals(name))
          .map(link -> link.getFileName().toString())
          .sorted()
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Returns the tags of virtiofs mounts, each of which is the mount's source: {@code 40 1 0:36 /
   * /shared rw - virtiofs TAG rw}.
   */
  private List<StorageId> virtiofs() {
    try {
      Map<DeviceNumber, String> tags =
          Files.readAllLines(root.resolve("proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
              .stream()
              .map(line -> line.split(" - virtiofs ", 2))
              .filter(parts -> parts.length == 2)
              .collect(
                  Collectors.toMap(
                      parts -> DeviceNumber.parse(parts[0].split(" ")[2]),
                      parts -> parts[1].split(" ")[0],
                      (first, _) -> first));
      return tags.entrySet().stream()
          .map(tag -> new StorageId(tag.getKey(), StorageId.Kind.VIRTIOFS, tag.getValue()))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
