package io.pinaudit.maven;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What the goals have in common. */
abstract class AuditMojo extends AbstractMojo {
  private static final String AGENT = "io.pinaudit:pinaudit-agent";

  /** The project whose tests are audited. */
  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  /** The jars of this plugin, by {@code group:artifact}. */
  @Parameter(defaultValue = "${plugin.artifactMap}", readonly = true, required = true)
  private Map<String, Artifact> jars;

  /** The run directory: recordings and reports. It is emptied by prepare-agent. */
  @Parameter(
      property = "pinaudit.runDirectory",
      defaultValue = "${project.build.directory}/pinaudit/run")
  private File directory;

  /** The property that Surefire and Failsafe take the JVM's arguments from. */
  @Parameter(property = "pinaudit.propertyName", defaultValue = "argLine")
  private String propertyName;

  /** Whether to do nothing. */
  @Parameter(property = "pinaudit.skip", defaultValue = "false")
  private boolean skip;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("pinaudit.skip is true: nothing is audited");
    } else if (!"pom".equals(project.getPackaging())) {
      audit();
    }
  }

  abstract void audit() throws MojoExecutionException, MojoFailureException;

  final MavenProject project() {
    return project;
  }

  final Path run() {
    return directory.toPath().toAbsolutePath();
  }

  /** Returns the tests' JVM arguments, so far as they are in a property. */
  final String testArguments() {
    return project.getProperties().getProperty(propertyName, "");
  }

  final void setTestArguments(String arguments) {
    project.getProperties().setProperty(propertyName, arguments);
  }

  final String propertyName() {
    return propertyName;
  }

  final Path agentJar() {
    return jars.get(AGENT).getFile().toPath();
  }

  /** Returns all jars of this plugin as a class path. */
  final String classPath() {
    StringBuilder path = new StringBuilder();
    for (Artifact jar : jars.values()) {
      if (jar.getFile() != null) {
        path.append(path.length() == 0 ? "" : File.pathSeparator).append(jar.getFile());
      }
    }
    return path.toString();
  }
}
