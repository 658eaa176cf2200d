package io.pinaudit.maven;

import io.pinaudit.harness.PinauditCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges what the tests' JVMs recorded: fails the build on hazards that are neither in the baseline
 * nor excused, and if not everything was seen that the rules need.
 *
 * <p>Reports for people and for other tools are left in the run directory: {@code report.html},
 * {@code report.sarif} and {@code report-junit.xml}.
 */
@Mojo(name = "gate", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class GateMojo extends JudgingMojo {
  /** Whether to write the findings into the baseline instead of failing. */
  @Parameter(property = "pinaudit.updateBaseline", defaultValue = "false")
  private boolean updateBaseline;

  /** Called by Maven. */
  public GateMojo() {}

  @Override
  void judge()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    if (isRecorded(run())) {
      conclude(run(command()), run());
    } else if (testsRan()) {
      throw new MojoFailureException(
          "tests ran, but none of their JVMs was recorded: run pinaudit:prepare-agent before"
              + " them, and begin the argLine of surefire or failsafe with @{argLine} (one given"
              + " as -DargLine replaces it)");
    } else {
      getLog().info("no tests ran: there is nothing to judge");
    }
  }

  private boolean testsRan() throws IOException {
    Path target = Path.of(project().getBuild().getDirectory());
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      Path folder = target.resolve(reports);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          if (files.anyMatch(this::isOfThisBuild)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Returns whether a test report is newer than what prepare-agent left, if that ran. */
  private boolean isOfThisBuild(Path report) {
    long prepared = run().resolve(PrepareAgentMojo.SETTINGS).toFile().lastModified();
    return report.getFileName().toString().startsWith("TEST-")
        && report.toFile().lastModified() >= prepared;
  }

  private PinauditCommand command() {
    boolean known = baseline().exists() || updateBaseline;
    return judging(PinauditCommand.of("gate", run()), run())
        .option("baseline", known ? baseline().toString() : null)
        .flag("update-baseline", updateBaseline);
  }
}
