package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;

/**
 * A file, told from an earlier one that had the same inode number.
 *
 * @param id device and inode
 * @param generation 0 for the first file of that inode in this run
 */
public record FileRef(FileId id, int generation) {
  @Override
  public boolean equals(Object other) {
    return other instanceof FileRef file && file.generation == generation && file.id.equals(id);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + generation;
  }
}
