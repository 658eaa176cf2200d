package io.pinaudit.maven;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugin.BuildPluginManager;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** The goals that run a project's tests, as its pom configures them. One thread. */
final class TestGoals {
  private static final Map<String, String> GOALS =
      Map.of("maven-surefire-plugin", "test", "maven-failsafe-plugin", "integration-test");

  private final MavenSession session;
  private final LifecycleExecutor lifecycle;
  private final BuildPluginManager plugins;

  TestGoals(MavenSession session, LifecycleExecutor lifecycle, BuildPluginManager plugins) {
    this.session = session;
    this.lifecycle = lifecycle;
    this.plugins = plugins;
  }

  /**
   * Runs the tests once. Those that fail do not end the build.
   *
   * @param reports a folder for the test reports, so that those of the build stay
   */
  void run(Path reports) throws MojoExecutionException {
    for (MojoExecution goal : goals()) {
      configure(goal, reports);
      try {
        plugins.executeMojo(session, goal);
      } catch (MojoExecutionException e) {
        throw e;
      } catch (Exception e) {
        throw new MojoExecutionException("the tests cannot be run again: " + e.getMessage(), e);
      }
    }
  }

  private List<MojoExecution> goals() throws MojoExecutionException {
    try {
      return lifecycle.calculateExecutionPlan(session, "verify").getMojoExecutions().stream()
          .filter(goal -> goal.getGoal().equals(GOALS.get(goal.getArtifactId())))
          .toList();
    } catch (Exception e) {
      throw new MojoExecutionException("the tests cannot be found: " + e.getMessage(), e);
    }
  }

  private static void configure(MojoExecution goal, Path reports) {
    set(goal, "reportsDirectory", reports.resolve("tests").toString());
    set(goal, "summaryFile", reports.resolve("tests/summary.xml").toString());
    set(goal, "testFailureIgnore", "true");
  }

  /** Sets a parameter if the goal has it. */
  private static void set(MojoExecution goal, String name, String value) {
    if (goal.getMojoDescriptor().getParameterMap().containsKey(name)) {
      Xpp3Dom child = goal.getConfiguration().getChild(name);
      if (child == null) {
        child = new Xpp3Dom(name);
        goal.getConfiguration().addChild(child);
      }
      child.setValue(value);
    }
  }
}
