package io.pinaudit.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A mounted file system.
 *
 * @param mountPoint path of the mount point
 * @param fsType as the kernel names it
 * @param number the device, as in stat(2) of its files
 * @param dax whether the mount options turn DAX on for every file
 * @param blockSizeBytes the file system's block size in bytes; 0 if unknown
 * @param groups how block numbers of extents convert to addresses; null if the numbers are
 *     addresses, and if unknown
 */
public record Mount(
    String mountPoint,
    String fsType,
    DeviceNumber number,
    boolean dax,
    long blockSizeBytes,
    AllocationGroups groups) {
  /** File systems without a block device that hold no files of users. */
  private static final Set<String> VIRTUAL =
      Set.of(
          "proc",
          "sysfs",
          "cgroup",
          "cgroup2",
          "devpts",
          "mqueue",
          "securityfs",
          "debugfs",
          "tracefs",
          "configfs",
          "bpf",
          "pstore",
          "efivarfs",
          "binfmt_misc",
          "rpc_pipefs",
          "nsfs",
          "autofs",
          "fusectl");

  /** Returns the type of the file system. */
  public FileSystemType type() {
    return FileSystemType.named(fsType);
  }

  /** Returns the mounts of this process that can hold files. */
  public static List<Mount> list() throws IOException {
    // A mount point may have any bytes: decoded as Latin-1, none of them is malformed.
    return Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1).stream()
        .map(Mount::parse)
        .filter(mount -> !VIRTUAL.contains(mount.fsType))
        .toList();
  }

  /**
   * Parses one line of mountinfo, proc_pid_mountinfo(5), decoded as Latin-1:
   *
   * <pre>36 35 259:0 / /mnt/dax rw,relatime shared:1 - ext4 /dev/pmem0 rw,dax=always</pre>
   */
  static Mount parse(String line) {
    int dash = line.indexOf(" - ");
    String[] before = line.substring(0, dash).split(" ");
    String[] after = line.substring(dash + 3).split(" ");
    String point = unescape(before[4]);
    List<String> options =
        Arrays.asList((before[5] + "," + (after.length > 2 ? after[2] : "")).split(","));
    boolean dax = options.contains("dax") || options.contains("dax=always");
    return new Mount(
        point,
        after[0],
        DeviceNumber.parse(before[2]),
        dax,
        dax ? blockSize(point) : 0,
        after[0].equals("xfs") ? AllocationGroups.of(Path.of(unescape(after[1]))) : null);
  }

  private static long blockSize(String mountPoint) {
    try {
      return Files.getFileStore(Path.of(mountPoint)).getBlockSize();
    } catch (IOException | UnsupportedOperationException e) {
      return 0;
    }
  }

  /** Decodes a path: mountinfo writes space, tab, newline and backslash as three octal digits. */
  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 3 < text.length()) {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(text.charAt(i));
      }
    }
    return new String(out.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
