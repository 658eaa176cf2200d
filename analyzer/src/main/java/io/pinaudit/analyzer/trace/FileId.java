package io.pinaudit.analyzer.trace;

import io.pinaudit.linux.DeviceNumber;

/**
 * An inode of a file system. Inode numbers are reused: see {@code Names} for what tells files
 * apart.
 *
 * @param device the file system's device
 * @param inode its number
 */
public record FileId(DeviceNumber device, long inode) {
  @Override
  public String toString() {
    return "dev " + device + " inode " + inode;
  }
}
