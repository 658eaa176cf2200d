package io.pinaudit.fleet.find;

import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A recording whose files can be read: in its own folder, or copied or unpacked into a scratch
 * folder that {@link #close} deletes.
 */
public final class Opened implements AutoCloseable {
  private final Path directory;
  private final Path scratch; // null if nothing was copied

  private Opened(Path directory, Path scratch) {
    this.directory = directory;
    this.scratch = scratch;
  }

  /**
   * Opens a recording.
   *
   * @param scratch a folder for what has to be copied or unpacked
   * @throws IOException if it cannot be copied or unpacked
   */
  public static Opened of(RunFile file, Path scratch) throws IOException {
    return switch (file) {
      case RunFile.Folder folder -> new Opened(folder.path(), null);
      case RunFile.Archive archive ->
          copied(scratch, folder -> Archives.unpack(archive, folder, _ -> false));
      case RunFile.Remote remote -> copied(scratch, folder -> copy(remote, folder));
    };
  }

  private static Path copy(RunFile.Remote remote, Path folder) throws IOException {
    if (remote.isArchive()) {
      return Archives.unpack(remote, folder, _ -> false);
    }
    Stores.copy(remote, folder);
    return folder;
  }

  /** Puts the files of a recording into an empty folder. */
  private interface Copy {
    /** Returns the run directory. */
    Path into(Path folder) throws IOException;
  }

  private static Opened copied(Path scratch, Copy copy) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "pinaudit-run");
    try {
      return new Opened(copy.into(folder), folder);
    } catch (IOException | RuntimeException e) {
      FileTree.delete(folder);
      throw e;
    }
  }

  /** Returns the run directory. */
  public Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    if (scratch != null) {
      FileTree.delete(scratch);
    }
  }
}
