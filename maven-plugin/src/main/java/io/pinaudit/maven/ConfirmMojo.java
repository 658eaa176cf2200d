package io.pinaudit.maven;

import io.pinaudit.harness.FileTree;
import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import io.pinaudit.harness.RecordingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugin.BuildPluginManager;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Runs the tests again so that calls meet that nothing is known to order, and fails the build on
 * those that do.
 *
 * <p>The plan is made from what the first run of the tests recorded. Surefire and Failsafe run as
 * the project configures them, with the agent's option {@code meet}; a test that fails then is in
 * the log and does not fail the build. Reports and recordings are in {@code meet-1} and so on of
 * the run directory.
 */
@Mojo(
    name = "confirm",
    defaultPhase = LifecyclePhase.VERIFY,
    requiresDependencyResolution = ResolutionScope.TEST,
    threadSafe = true)
public final class ConfirmMojo extends JudgingMojo {
  /** How often the tests are run again, at most; they are not if all calls of the plan have met. */
  @Parameter(property = "pinaudit.runs", defaultValue = "4")
  private int runs;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  private final LifecycleExecutor lifecycle;
  private final BuildPluginManager plugins;

  /** Called by Maven. */
  @Inject
  public ConfirmMojo(LifecycleExecutor lifecycle, BuildPluginManager plugins) {
    this.lifecycle = lifecycle;
    this.plugins = plugins;
  }

  @Override
  void judge()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    if (runs < 1) {
      getLog().info("pinaudit.runs is 0: the tests are not run again");
    } else if (!isRecorded(run())) {
      getLog().info("no test was recorded: there is nothing to confirm");
    } else if (predict()) {
      confirm();
    } else {
      getLog().info("no calls that might meet: there is nothing to confirm");
    }
  }

  /** Writes the plan; returns whether it has a pair. */
  private boolean predict() throws MojoExecutionException, IOException, InterruptedException {
    Outcome predicted = run(PinauditCommand.predict(run(), plan()));
    if (predicted.status() != 0) {
      throw new MojoExecutionException("pinaudit cannot predict: " + predicted.output().strip());
    }
    return predicted.hasPairs();
  }

  private Path plan() {
    return run().resolve("plan.json");
  }

  private void confirm()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    List<Path> done = new ArrayList<>();
    Path left = run().resolve("plan-left.json");
    Outcome outcome;
    do {
      done.add(runTests(done.size()));
      outcome = run(command(done, left));
    } while (done.size() < runs && Files.exists(left));
    conclude(outcome, done.get(done.size() - 1));
  }

  private PinauditCommand command(List<Path> done, Path left) {
    PinauditCommand command = PinauditCommand.of("confirm", plan());
    done.forEach(run -> command.option("recorded", run.toString()));
    return judging(command, done.get(done.size() - 1))
        .option("baseline", baseline().exists() ? baseline().toString() : null)
        .option("left", left.toString());
  }

  /** Runs all tests once more; returns the run directory. */
  private Path runTests(int turn) throws MojoExecutionException, IOException {
    Path directory = run().resolve("meet-" + (turn + 1));
    FileTree.delete(directory);
    Files.createDirectories(directory);
    String before = testArguments();
    setTestArguments(before.replace(prepared(before), options(directory, turn)));
    try {
      new TestGoals(session, lifecycle, plugins).run(directory);
    } finally {
      setTestArguments(before);
    }
    if (!isRecorded(directory)) {
      throw new MojoExecutionException("no JVM of the tests was recorded when they ran again");
    }
    return directory;
  }

  private String prepared(String arguments) throws MojoExecutionException {
    String ours = (String) project().getContextValue(PrepareAgentMojo.OPTIONS);
    if (ours == null || !arguments.contains(ours)) {
      throw new MojoExecutionException(
          "the tests' JVM arguments are not those of pinaudit:prepare-agent, which has to run"
              + " before the tests in the same build");
    }
    return ours;
  }

  private String options(Path directory, int turn) {
    Path settings = run().resolve(PrepareAgentMojo.SETTINGS);
    List<String> options =
        new ArrayList<>(RecordingOptions.of(agentJar(), settings, directory, directory));
    options.add("-Dpinaudit.meet=" + plan());
    options.add("-Dpinaudit.turn=" + turn);
    options.add("-Dpinaudit.rerun=true"); // an annotated test judges nothing by itself then
    return PrepareAgentMojo.words(options);
  }
}
