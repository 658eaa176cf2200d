package io.pinaudit.lab.host;

import io.pinaudit.cli.UsageException;
import java.util.List;
import java.util.Locale;

/** The file systems that the lab makes on the emulated persistent memory. */
public enum DaxFileSystem {
  /** With its journal and 4 KiB blocks. */
  EXT4("mkfs.ext4", "ext4"),
  /** Without reflink, which excludes DAX on most kernels. */
  XFS("mkfs.xfs", "xfs");

  private final String mkfs;
  private final String module;

  DaxFileSystem(String mkfs, String module) {
    this.mkfs = mkfs;
    this.module = module;
  }

  /** The command that makes it. */
  public String mkfs() {
    return mkfs;
  }

  /** The kernel modules it needs. */
  public List<String> modules() {
    return List.of(module);
  }

  /** Its name for mount and for the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The file system with that label. */
  public static DaxFileSystem named(String label) {
    for (DaxFileSystem fileSystem : values()) {
      if (fileSystem.label().equals(label)) {
        return fileSystem;
      }
    }
    throw new UsageException("lab: unknown file system '" + label + "': ext4 or xfs");
  }
}
