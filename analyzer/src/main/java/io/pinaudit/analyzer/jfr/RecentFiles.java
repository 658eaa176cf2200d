package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.run.DeviceNumber;
import java.util.Objects;

/**
 * Finds again the files that were decoded lately: most calls are about a few files, and share what
 * stands for them.
 *
 * <p>Confined to one thread.
 */
final class RecentFiles {
  private static final int SLOTS = 1 << 7;

  private final Named[] recent = new Named[SLOTS];

  /**
   * Returns a file.
   *
   * @param inode 0 if the file is unknown
   * @param major number of its device; negative if the file is unknown
   */
  Named file(long inode, long major, long minor, String path) {
    int slot = (int) (inode ^ inode >>> Short.SIZE) & SLOTS - 1;
    Named known = recent[slot];
    if (known == null || !is(known, inode, major, minor) || !Objects.equals(known.path(), path)) {
      known = new Named(id(inode, major, minor), path);
      recent[slot] = known;
    }
    return known;
  }

  private static boolean is(Named known, long inode, long major, long minor) {
    FileId id = known.id();
    if (id == null) {
      return inode == 0 || major < 0;
    }
    return id.inode() == inode && id.device().major() == major && id.device().minor() == minor;
  }

  private static FileId id(long inode, long major, long minor) {
    return inode == 0 || major < 0
        ? null
        : new FileId(new DeviceNumber((int) major, (int) minor), inode);
  }
}
