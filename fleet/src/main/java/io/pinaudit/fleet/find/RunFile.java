package io.pinaudit.fleet.find;

import java.io.Serializable;
import java.nio.file.Path;

/** A place where one recording lies. It can be sent to another JVM. */
public sealed interface RunFile extends Serializable {
  /** Returns the place, which is the same whatever the working directory of its reader is. */
  String place();

  /**
   * Names the recording in a text by its place, and not by that of its copy, which is gone soon.
   *
   * @param copy the directory from which it is read; may be the place itself
   */
  default String placed(String text, Path copy) {
    return text.replace(copy.toString(), place());
  }

  /**
   * A run directory.
   *
   * @param place absolute path
   */
  record Folder(String place) implements RunFile {
    Folder(Path path) {
      this(path.toString());
    }

    Path path() {
      return Path.of(place);
    }
  }

  /**
   * A run directory in a tar archive that zstd compressed.
   *
   * @param place absolute path
   */
  record Archive(String place) implements RunFile {
    /** The end of the name of such a file. */
    public static final String SUFFIX = ".tar.zst";

    Archive(Path path) {
      this(path.toString());
    }

    Path path() {
      return Path.of(place);
    }
  }

  /**
   * A run directory or an archive in a {@link Store}.
   *
   * @param place its URI
   * @param bytes size of its files
   * @param changedMillis when it was last changed, in milliseconds since 1970
   */
  record Remote(String place, long bytes, long changedMillis) implements RunFile {
    boolean isArchive() {
      return place.endsWith(Archive.SUFFIX);
    }
  }
}
