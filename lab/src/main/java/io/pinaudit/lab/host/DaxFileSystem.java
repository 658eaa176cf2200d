package io.pinaudit.lab.host;

import io.pinaudit.cli.UsageException;
import java.util.List;
import java.util.Locale;

/** The file systems that the lab can make on the emulated persistent memory. */
public enum DaxFileSystem {
  /** ext4, with a journal and blocks of 4 KiB. */
  EXT4("mkfs.ext4", "ext4"),
  /** xfs, without reflink, which most kernels do not allow together with DAX. */
  XFS("mkfs.xfs", "xfs");

  private final String mkfs;
  private final String module;

  DaxFileSystem(String mkfs, String module) {
    this.mkfs = mkfs;
    this.module = module;
  }

  /** Returns the command that makes the file system. */
  public String mkfs() {
    return mkfs;
  }

  /** Returns the kernel modules that the file system needs. */
  public List<String> modules() {
    return List.of(module);
  }

  /** Returns its name for mount and for the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the file system with a label. */
  public static DaxFileSystem named(String label) {
    for (DaxFileSystem fileSystem : values()) {
      if (fileSystem.label().equals(label)) {
        return fileSystem;
      }
    }
    throw new UsageException("lab: unknown file system '" + label + "': ext4 or xfs");
  }
}
