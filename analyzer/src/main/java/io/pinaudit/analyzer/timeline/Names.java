package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What files are called. An inode number is given away again after its file was deleted, often at
 * once: an inode that is evicted without links begins a new generation with its next sign of life.
 */
public final class Names {
  private static final int MOST_DYING = 4096;

  /** The file that has each inode number. */
  private final Map<FileId, FileRef> current = new HashMap<>();

  /** Deleted files whose inode numbers nobody has used again, the longest dead first. */
  private final LinkedHashSet<FileId> dying = new LinkedHashSet<>();

  /** How many of them were forgotten; a number that comes back later is another file. */
  private int forgotten;

  /**
   * Names of those files that somebody still refers to: the current ones, and those of findings.
   */
  private final Map<FileRef, String> paths = new WeakHashMap<>();

  /** The inode is deleted; its blocks are still to be freed in its name. */
  void evicted(FileId id) {
    dying.add(id);
    if (dying.size() > MOST_DYING) {
      current.remove(dying.removeFirst());
      forgotten++;
    }
  }

  /** Something uses the inode: if it was deleted, this is another file. */
  FileRef alive(FileId id) {
    if (dying.remove(id)) {
      current.put(id, new FileRef(id, current(id).generation() + 1));
    }
    return current(id);
  }

  /** The file that has or last had this inode number. */
  FileRef current(FileId id) {
    FileRef known = current.get(id);
    if (known == null) {
      known = new FileRef(id, forgotten);
      current.put(id, known);
    }
    return known;
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
