package io.pinaudit.fleet.find;

import java.nio.file.Path;

/** A place where one recording lies. */
public sealed interface RunFile {
  /**
   * The file or folder, as an absolute path: who reads the tables has another working directory.
   */
  Path path();

  /** A run directory. */
  record Folder(Path path) implements RunFile {}

  /** A run directory in a tar archive that zstd compressed. */
  record Archive(Path path) implements RunFile {
    /** How the name of such a file ends. */
    public static final String SUFFIX = ".tar.zst";
  }
}
