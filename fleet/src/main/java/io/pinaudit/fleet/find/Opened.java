package io.pinaudit.fleet.find;

import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A recording whose files can be read: in its own folder, or unpacked into a scratch folder that
 * {@link #close} deletes.
 */
public final class Opened implements AutoCloseable {
  private final Path directory;
  private final Path scratch; // null if nothing was unpacked

  private Opened(Path directory, Path scratch) {
    this.directory = directory;
    this.scratch = scratch;
  }

  /**
   * Opens a recording.
   *
   * @param scratch a folder for what has to be unpacked
   * @throws IOException if it cannot be unpacked
   */
  public static Opened of(RunFile file, Path scratch) throws IOException {
    return switch (file) {
      case RunFile.Folder(Path path) -> new Opened(path, null);
      case RunFile.Archive(Path path) -> {
        Path folder = Files.createTempDirectory(scratch, "pinaudit-run");
        try {
          yield new Opened(Archives.unpack(path, folder, _ -> false), folder);
        } catch (IOException | RuntimeException e) {
          FileTree.delete(folder);
          throw e;
        }
      }
    };
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
