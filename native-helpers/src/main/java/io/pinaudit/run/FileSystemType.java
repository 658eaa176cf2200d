package io.pinaudit.run;

import java.util.Arrays;

/** The types of file systems that pinaudit tells apart, and what matters of each. */
public enum FileSystemType {
  EXT2("ext2", Cuts.TOLD, Numbers.SAME),
  EXT3("ext3", Cuts.TOLD, Numbers.SAME),
  EXT4("ext4", Cuts.TOLD, Numbers.SAME),
  XFS("xfs", Cuts.TOLD, Numbers.SAME),
  VIRTIOFS("virtiofs", Cuts.UNTOLD, Numbers.OTHER),
  TMPFS("tmpfs", Cuts.UNTOLD, Numbers.SAME),
  /** The kernel names the file system's device, and stat(2) that of the file's subvolume. */
  BTRFS("btrfs", Cuts.UNTOLD, Numbers.OTHER),
  /** A file has the overlay's device, and the inode number of the file system below. */
  OVERLAY("overlay", Cuts.UNTOLD, Numbers.OTHER),
  /** Any other type, and one that is not known. */
  OTHER("", Cuts.UNTOLD, Numbers.OTHER);

  /** Whether the kernel's events name each file that the file system cuts. */
  private enum Cuts {
    TOLD,
    UNTOLD
  }

  /** Whether a JVM and the kernel's events know a file by the same device and inode number. */
  private enum Numbers {
    SAME,
    OTHER
  }

  private final String typeName;
  private final Cuts cuts;
  private final Numbers numbers;

  FileSystemType(String typeName, Cuts cuts, Numbers numbers) {
    this.typeName = typeName;
    this.cuts = cuts;
    this.numbers = numbers;
  }

  /**
   * Returns the type of a name.
   *
   * @param typeName as the kernel's list of mounts has it; null if it is not known
   */
  public static FileSystemType named(String typeName) {
    return Arrays.stream(values())
        .filter(type -> type != OTHER && type.typeName.equals(typeName))
        .findFirst()
        .orElse(OTHER);
  }

  /** Returns the name in the kernel's list of mounts; empty for {@link #OTHER}. */
  public String typeName() {
    return typeName;
  }

  /** Returns whether the kernel's events name each file that is cut. */
  public boolean tellsCuts() {
    return cuts == Cuts.TOLD;
  }

  /** Returns whether a JVM and the kernel's events know a file by one device and inode number. */
  public boolean oneNumber() {
    return numbers == Numbers.SAME;
  }
}
