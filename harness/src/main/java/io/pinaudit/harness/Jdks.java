package io.pinaudit.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the JDK that the command line runs on. */
public final class Jdks {
  /** The version that the command line needs. */
  public static final int FEATURE = 25;

  /** What to do where there is none, in one sentence. */
  public static final String ADVICE =
      "no JDK 25 found: install one under /usr/lib/jvm or set PINAUDIT_JAVA_HOME";

  private Jdks() {}

  /**
   * Returns the home of a JDK 25: what {@code PINAUDIT_JAVA_HOME} or {@code JAVA_HOME} names, else
   * the first one in the usual folders.
   */
  public static Optional<Path> find(Map<String, String> environment) {
    List<Path> candidates = new ArrayList<>();
    for (String variable : List.of("PINAUDIT_JAVA_HOME", "JAVA_HOME")) {
      String home = environment.getOrDefault(variable, "");
      if (!home.isEmpty()) {
        candidates.add(Path.of(home));
      }
    }
    candidates.addAll(matching(Path.of("/usr/lib/jvm"), "*25*"));
    Path user = Path.of(System.getProperty("user.home"));
    candidates.addAll(matching(user.resolve(".sdkman/candidates/java"), "25*"));
    return candidates.stream().filter(Jdks::fits).findFirst();
  }

  private static List<Path> matching(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  private static boolean fits(Path home) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readAllLines(home.resolve("release")).stream()
              .anyMatch(line -> line.startsWith("JAVA_VERSION=\"" + FEATURE));
    } catch (IOException e) {
      return false;
    }
  }
}
