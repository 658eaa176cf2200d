package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;

/**
 * One file of a run, which is told from earlier files of the same inode number by its generation.
 *
 * @param id device and inode number
 * @param generation 0 for the first file of that inode number in this run
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
