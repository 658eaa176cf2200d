package io.pinaudit.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A JDK of this machine. */
record TestJdk(int feature, Path home) {
  private static final Path FOLDER = Path.of("/usr/lib/jvm");

  /** The JDK of a release; without one the test is skipped. */
  static TestJdk of(int feature) {
    Optional<TestJdk> found =
        homes().stream()
            .filter(home -> release(home).contains("JAVA_VERSION=\"" + feature + "."))
            .map(home -> new TestJdk(feature, home))
            .findFirst();
    Assumptions.assumeTrue(found.isPresent(), () -> "skipped: no JDK " + feature + " in " + FOLDER);
    return found.get();
  }

  private static List<Path> homes() {
    Path own = Path.of(System.getProperty("java.home"));
    if (!Files.isDirectory(FOLDER)) {
      return List.of(own);
    }
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return Stream.concat(Stream.of(own), folders.sorted()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String release(Path home) {
    Path file = home.resolve("release");
    try {
      return Files.isRegularFile(file) && Files.isExecutable(home.resolve("bin/java"))
          ? Files.readString(file)
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String java() {
    return home.resolve("bin/java").toString();
  }

  @Override
  public String toString() {
    return "JDK " + feature;
  }
}
