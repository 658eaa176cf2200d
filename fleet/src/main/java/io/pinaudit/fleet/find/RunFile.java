package io.pinaudit.fleet.find;

import java.nio.file.Path;

/** A place where one recording lies. */
public sealed interface RunFile {
  /**
   * Returns the file or folder as an absolute path, because readers of the tables have another
   * working directory.
   */
  Path path();

  /** A run directory. */
  record Folder(Path path) implements RunFile {}

  /** A run directory in a tar archive that zstd compressed. */
  record Archive(Path path) implements RunFile {
    /** The end of the name of such a file. */
    public static final String SUFFIX = ".tar.zst";
  }
}
