package io.pinaudit.analyzer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one file that a fuzz target's bytes are put into, time and again. */
public final class FuzzedFile {
  private static Path path;

  private FuzzedFile() {}

  /** The file, which holds these bytes until it is asked for again. */
  public static synchronized Path holding(byte[] bytes) throws IOException {
    if (path == null) {
      path = Files.createTempFile("pinaudit-fuzzed", "");
      path.toFile().deleteOnExit();
    }
    return Files.write(path, bytes);
  }
}
