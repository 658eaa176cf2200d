package io.pinaudit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the parts of this installation lie, as the launcher told.
 *
 * @param home the folder of the launcher, with the built modules below it
 */
public record Installation(Path home) {
  /** The installation that the launcher named in the system property {@code pinaudit.home}. */
  public static Installation current() {
    String home = System.getProperty("pinaudit.home");
    if (home == null) {
      throw new UsageException("start pinaudit through its launcher: pinaudit.home is not set");
    }
    return new Installation(Path.of(home).toAbsolutePath().normalize());
  }

  /** The shaded agent. */
  public Path agentJar() {
    return built(home.resolve("agent/target/pinaudit-agent.jar"));
  }

  /** The samples, with their main classes in {@code io.pinaudit.samples}. */
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

  /** A program of the JDK that runs this, such as {@code java}. */
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
