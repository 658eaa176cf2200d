package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The paths of files by inode number. A file system may reuse an inode number at once after the
 * file was deleted. Therefore an inode that is evicted without links begins a new generation with
 * its next use.
 */
public final class Names {
  private static final int MOST_DYING = 4096;

  /** The file that has each inode number now. */
  private final Map<FileId, Current> current = new HashMap<>();

  /**
   * Deleted files whose inode numbers are not used again yet, beginning with the file that was
   * deleted first.
   */
  private final LinkedHashSet<FileId> dying = new LinkedHashSet<>();

  /**
   * The number of deleted files that were forgotten; if one of their inode numbers comes back
   * later, it is another file.
   */
  private int forgotten;

  /**
   * The names of files that somebody still refers to: of the current files, and of those in
   * findings.
   */
  private final Map<FileRef, String> paths = new WeakHashMap<>();

  /** A file, and the path that a call gave it last. */
  private static final class Current {
    private final FileRef file;
    private String path;

    Current(FileRef file) {
      this.file = file;
    }
  }

  /** Notes that an inode is deleted; the file system may still free the file's blocks. */
  void evicted(FileId id) {
    dying.add(id);
    if (dying.size() > MOST_DYING) {
      current.remove(dying.removeFirst());
      forgotten++;
    }
  }

  /**
   * Notes a use of an inode, which begins a new generation if the inode was deleted; returns the
   * file.
   */
  FileRef alive(FileId id) {
    revive(id);
    return current(id);
  }

  private void revive(FileId id) {
    if (!dying.isEmpty() && dying.remove(id)) {
      current.put(id, new Current(new FileRef(id, current(id).generation() + 1)));
    }
  }

  /** Returns the file that has, or had last, this inode number. */
  FileRef current(FileId id) {
    return known(id).file;
  }

  private Current known(FileId id) {
    Current known = current.get(id);
    if (known == null) {
      known = new Current(new FileRef(id, forgotten));
      current.put(id, known);
    }
    return known;
  }

  /** Notes a use of an inode, as {@link #alive} does, under a path, which may be null. */
  void used(FileId id, String path) {
    revive(id);
    Current known = known(id);
    if (path != null && !path.equals(known.path)) {
      known.path = path;
      paths.put(known.file, path);
    }
  }

  /**
   * Notes the path that a directory had for a file at the end of the run, if nothing else named the
   * file.
   */
  void namedAtEnd(FileId id, String path) {
    if (!dying.contains(id)) {
      paths.putIfAbsent(current(id), path);
    }
  }

  /** Returns the path of a file; null if it is not known. */
  public String path(FileRef file) {
    return paths.get(file);
  }
}
