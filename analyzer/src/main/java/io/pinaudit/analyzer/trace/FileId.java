package io.pinaudit.analyzer.trace;

import io.pinaudit.run.DeviceNumber;

/**
 * An inode of a file system. Inode numbers are reused: see {@code Names} for what tells files
 * apart.
 *
 * @param device the file system's device
 * @param inode its number
 */
public record FileId(DeviceNumber device, long inode) {
  /** As a record has it, which compares by method handles: this is the key of every ledger. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FileId file && file.inode == inode && file.device.equals(device);
  }

  @Override
  public int hashCode() {
    return 31 * device.hashCode() + Long.hashCode(inode);
  }

  @Override
  public String toString() {
    return "dev " + device + " inode " + inode;
  }
}
