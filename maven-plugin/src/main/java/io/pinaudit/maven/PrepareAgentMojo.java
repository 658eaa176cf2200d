package io.pinaudit.maven;

import io.pinaudit.harness.FileTree;
import io.pinaudit.harness.RecordingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Has the JVMs of Surefire and Failsafe recorded: puts the agent and a JFR recording in front of
 * the property that these plugins take their JVM's arguments from.
 *
 * <p>A project that configures {@code argLine} itself must begin it with {@code @{argLine}}.
 */
@Mojo(name = "prepare-agent", defaultPhase = LifecyclePhase.INITIALIZE, threadSafe = true)
public final class PrepareAgentMojo extends AuditMojo {
  static final String SETTINGS = "pinaudit.jfc";

  /** In the project's context: what this goal put in front of the tests' JVM arguments. */
  static final String OPTIONS = "io.pinaudit.options";

  /** Makes the goal; Maven calls this. */
  public PrepareAgentMojo() {}

  @Override
  void audit() throws MojoExecutionException {
    try {
      empty(run());
      Path settings = run().resolve(SETTINGS);
      copySettings(settings);
      set(RecordingOptions.of(agentJar(), settings, run(), run()));
    } catch (IOException | IllegalArgumentException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    }
  }

  private void set(List<String> options) {
    String ours = words(options);
    setTestArguments((ours + " " + testArguments()).strip());
    project().setContextValue(OPTIONS, ours);
    getLog().info(propertyName() + " set: the tests' JVMs are recorded into " + run());
  }

  /** Returns options as Surefire splits them again. */
  static String words(List<String> options) {
    return options.stream().map(RecordingOptions::quoted).collect(Collectors.joining(" "));
  }

  /**
   * Leaves an empty run directory; what an earlier build recorded must not be judged again.
   *
   * @throws IOException if the directory has files, and none that this goal left there
   */
  private static void empty(Path directory) throws IOException {
    String[] names = directory.toFile().list();
    if (names != null && names.length > 0) {
      if (!Files.exists(directory.resolve(SETTINGS))) {
        throw new IOException(directory + " is not empty, and no run directory of pinaudit's");
      }
      FileTree.delete(directory);
    }
    Files.createDirectories(directory);
  }

  private void copySettings(Path to) throws IOException {
    try (JarFile jar = new JarFile(agentJar().toFile());
        InputStream in = jar.getInputStream(jar.getEntry(SETTINGS))) {
      Files.copy(in, to);
    }
  }
}
