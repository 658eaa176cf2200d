package io.pinaudit.cli;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the parts of this installation; the launcher says where it is.
 *
 * <p>An installation is a source tree with its built modules, or an unpacked release, in which the
 * agent and the samples have folders of the same names without {@code target}.
 *
 * @param home the folder of the launcher
 */
public record Installation(Path home) {
  private static final String AGENT_CLASS = "io/pinaudit/agent/AgentMain.class";

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

  /**
   * Returns the agent's jar: that of the installation, or without one the jar on the class path, as
   * a build tool or a test has it.
   */
  public static Path agent() throws IOException {
    URL url = Installation.class.getClassLoader().getResource(AGENT_CLASS);
    return System.getProperty("pinaudit.home") == null
            && url != null
            && url.openConnection() instanceof JarURLConnection jar
        ? Path.of(URI.create(jar.getJarFileURL().toString()))
        : current().agentJar();
  }

  /** Returns the agent's jar. */
  public Path agentJar() {
    return built("agent", "pinaudit-agent.jar");
  }

  /** Returns the jar of the samples, whose main classes are in {@code io.pinaudit.samples}. */
  public Path samplesJar() {
    return built("samples", "pinaudit-samples.jar");
  }

  /**
   * Returns the archive of JDK classes for audited JVMs in the guest, if the launcher could make
   * one.
   */
  public Optional<Path> guestClasses() {
    return Optional.of(home.resolve("target/guest.jsa")).filter(Files::exists);
  }

  /** Returns the launcher. */
  public Path launcher() {
    return present(home.resolve("pinaudit"));
  }

  /** Returns a program of the JDK that runs this process, such as {@code java}. */
  public static Path jdkTool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }

  private Path built(String module, String name) {
    Path released = home.resolve(module).resolve(name);
    return Files.exists(released)
        ? released
        : present(home.resolve(module).resolve("target").resolve(name));
  }

  private static Path present(Path file) {
    if (!Files.exists(file)) {
      throw new UsageException(file + " is missing: build with `mvn -q package -DskipTests`");
    }
    return file;
  }
}
