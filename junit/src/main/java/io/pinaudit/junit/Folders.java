package io.pinaudit.junit;

import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the extension reads and writes. */
final class Folders {
  private Folders() {}

  /** Makes an empty run directory of a name; what an earlier run of the tests left is deleted. */
  static Path ofRun(String name) throws IOException {
    Path directory = base().resolve(name).toAbsolutePath();
    FileTree.delete(directory);
    return Files.createDirectories(directory);
  }

  private static Path base() {
    String named = System.getProperty("pinaudit.directory");
    if (named != null) {
      return Path.of(named);
    }
    boolean gradle = Stream.of("build.gradle", "build.gradle.kts").anyMatch(Folders::exists);
    return Path.of(gradle && !exists("pom.xml") ? "build" : "target", "pinaudit");
  }

  /** Returns the file that a system property names, or the project's file of that name if any. */
  static String optional(String property) {
    String named = System.getProperty(property);
    return named != null ? named : exists(property) ? property : null;
  }

  private static boolean exists(String file) {
    return Files.exists(Path.of(file));
  }
}
