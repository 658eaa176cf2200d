package io.pinaudit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the parts of this installation; the launcher says where it is.
 *
 * @param home the folder of the launcher, with the built modules below it
 */
public record Installation(Path home) {
  /**
   * Returns the installation that the launcher named in the system property {@code pinaudit.home}.
   */
  public static Installation current() {
    String home = System.getProperty("pinaudit.home");
    if (home == null) {
      throw new UsageException("start pinaudit through its launcher: pinaudit.home is not set");
    }
    return new Installation(Path.of(home).toAbsolutePath().normalize());
  }

  /** Returns the agent's jar. */
  public Path agentJar() {
    return built(home.resolve("agent/target/pinaudit-agent.jar"));
  }

  /** Returns the jar of the samples, whose main classes are in {@code io.pinaudit.samples}. */
  public Path samplesJar() {
    return built(home.resolve("samples/target/pinaudit-samples.jar"));
  }

  /** The archive of JDK classes for audited JVMs in the guest, if the launcher could make one. */
  public Optional<Path> guestClasses() {
    return Optional.of(home.resolve("target/guest.jsa")).filter(Files::exists);
  }

  /** The launcher itself. */
  public Path launcher() {
    return built(home.resolve("pinaudit"));
  }

  /** Returns a program of the JDK that runs this process, such as {@code java}. */
  public static Path jdkTool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }

  private static Path built(Path file) {
    if (!Files.exists(file)) {
      throw new UsageException(file + " is missing: build with `mvn -q package -DskipTests`");
    }
    return file;
  }
}
