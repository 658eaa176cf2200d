package io.pinaudit.cli.doctor;

import io.pinaudit.cli.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reports which of this machine's JDKs can be audited. */
final class JdkSection implements Section {
  private static final int OLDEST = 17;
  private static final Pattern MOVES_PINNED_ARRAYS =
      Pattern.compile("25(\\.0\\.[0-2])?([^.\\d].*)?");

  private final List<Path> homes;

  /** Finds the JDKs under /usr/lib/jvm, in JAVA_HOME and on the PATH. */
  static JdkSection ofThisMachine(Map<String, String> environment) throws IOException {
    Set<Path> homes = new LinkedHashSet<>();
    homes.add(Path.of(System.getProperty("java.home")));
    addHome(environment.get("JAVA_HOME"), homes);
    for (Path java : Programs.named("java", environment.getOrDefault("PATH", "")).toList()) {
      homes.add(java.toRealPath().getParent().getParent());
    }
    Path usual = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> entries = Files.list(usual)) {
        entries.sorted().forEach(entry -> addHome(entry.toString(), homes));
      }
    }
    return new JdkSection(List.copyOf(homes));
  }

  JdkSection(List<Path> homes) {
    this.homes = homes;
  }

  private static void addHome(String folder, Set<Path> homes) {
    try {
      if (folder != null && Files.isExecutable(Path.of(folder, "bin/java"))) {
        homes.add(Path.of(folder).toRealPath());
      }
    } catch (IOException e) {
      // A dangling link is no JDK.
      return;
    }
  }

  @Override
  public String title() {
    return "Java";
  }

  @Override
  public List<Check> checks() throws IOException {
    List<Check> checks = new ArrayList<>();
    for (Path home : homes) {
      checks.add(check(version(home), home));
    }
    return checks;
  }

  static Check check(String version, Path home) {
    String jdk = "JDK " + version + " in " + home;
    if (version.isEmpty()) {
      return Check.note("a JDK without a version in " + home + "/release");
    }
    if (feature(version) < OLDEST) {
      return Check.note(jdk + " cannot be audited: the agent needs " + OLDEST + " or later");
    }
    return MOVES_PINNED_ARRAYS.matcher(version).matches()
        ? Check.note(
            jdk
                + " can be audited, but G1 may move heap arrays that native code holds"
                + " (JDK-8377811): take 25.0.3 or later, or -XX:+UseParallelGC")
        : Check.ok(jdk + " can be audited");
  }

  private static int feature(String version) {
    String[] parts = version.split("\\D", 3);
    return Integer.parseInt(parts[0].equals("1") && parts.length > 1 ? parts[1] : parts[0]);
  }

  /** Parses {@code JAVA_VERSION="25.0.3"}. */
  private static String version(Path home) throws IOException {
    Properties release = new Properties();
    if (Files.isReadable(home.resolve("release"))) {
      try (InputStream in = Files.newInputStream(home.resolve("release"))) {
        release.load(in);
      }
    }
    String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
    return version.matches("\\d.*") ? version : "";
  }
}
