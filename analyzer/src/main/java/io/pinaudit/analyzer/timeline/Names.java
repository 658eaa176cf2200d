package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What files are called. An inode number is given away again after its file was deleted, often at
 * once: an inode that is evicted without links begins a new generation with its next sign of life.
 */
public final class Names {
  private final Map<FileId, Integer> generations = new HashMap<>();
  private final Set<FileId> dying = new HashSet<>();
  private final Map<FileRef, String> paths = new HashMap<>();

  /** The inode is deleted; its blocks are still to be freed in its name. */
  void evicted(FileId id) {
    dying.add(id);
  }

  /** Something uses the inode: if it was deleted, this is another file. */
  FileRef alive(FileId id) {
    if (dying.remove(id)) {
      generations.merge(id, 1, Integer::sum);
    }
    return current(id);
  }

  /** The file that has or last had this inode number. */
  FileRef current(FileId id) {
    return new FileRef(id, generations.getOrDefault(id, 0));
  }

  void named(FileRef file, String path) {
    if (path != null) {
      paths.put(file, path);
    }
  }

  /** What the directory says at the end of the run, for files that nothing else named. */
  void namedAtEnd(FileId id, String path) {
    if (!dying.contains(id)) {
      paths.putIfAbsent(current(id), path);
    }
  }

  /** The path of a file; null if it is not known. */
  public String path(FileRef file) {
    return paths.get(file);
  }
}
