package io.pinaudit.maven;

import io.pinaudit.harness.Jdks;
import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import java.io.File;
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
 * {@code report.sarif} and {@code report-junit.xml}. Needs a JDK 25, on which it runs the command
 * line; Maven itself may run on an older one.
 */
@Mojo(name = "gate", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class GateMojo extends AuditMojo {
  /** The mildest severity that fails: warning, error or critical. */
  @Parameter(property = "pinaudit.failOn", defaultValue = "warning")
  private String failOn;

  /** The rules to apply, separated by commas; all that can be applied without it. */
  @Parameter(property = "pinaudit.rules")
  private String rules;

  /** Findings that are known; used if the file exists. */
  @Parameter(property = "pinaudit.baseline", defaultValue = "${project.basedir}/pinaudit.baseline")
  private File baseline;

  /** Findings that are excused; used if the file exists. */
  @Parameter(
      property = "pinaudit.suppressions",
      defaultValue = "${project.basedir}/pinaudit.suppressions")
  private File suppressions;

  /** Whether to write the findings into the baseline instead of failing. */
  @Parameter(property = "pinaudit.updateBaseline", defaultValue = "false")
  private boolean updateBaseline;

  /** Whether the build may pass although not everything was seen that the rules need. */
  @Parameter(property = "pinaudit.allowInconclusive", defaultValue = "false")
  private boolean allowInconclusive;

  /** Called by Maven. */
  public GateMojo() {}

  @Override
  void audit() throws MojoExecutionException, MojoFailureException {
    try {
      if (recorded()) {
        judge(command().run(command(home())));
      } else if (testsRan()) {
        throw new MojoFailureException(
            "tests ran, but none of their JVMs was recorded: run pinaudit:prepare-agent before"
                + " them, and begin the argLine of surefire or failsafe with @{argLine} (one given"
                + " as -DargLine replaces it)");
      } else {
        getLog().info("no tests ran: there is nothing to judge");
      }
    } catch (IOException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted", e);
    }
  }

  private boolean recorded() throws IOException {
    if (!Files.isDirectory(run())) {
      return false;
    }
    try (Stream<Path> files = Files.walk(run())) {
      return files.anyMatch(file -> file.toString().endsWith(".jfr"));
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

  /** A test report that is newer than what prepare-agent left, if it ran. */
  private boolean isOfThisBuild(Path report) {
    long prepared = run().resolve(PrepareAgentMojo.SETTINGS).toFile().lastModified();
    return report.getFileName().toString().startsWith("TEST-")
        && report.toFile().lastModified() >= prepared;
  }

  private static Path home() throws MojoExecutionException {
    return Jdks.find(System.getenv()).orElseThrow(() -> new MojoExecutionException(Jdks.ADVICE));
  }

  private List<String> command(Path home) {
    return PinauditCommand.onJdk(home, classPath());
  }

  private PinauditCommand command() {
    boolean known = baseline.exists() || updateBaseline;
    return PinauditCommand.of("gate", run())
        .report("text", run().resolve("report.txt"))
        .report("html", run().resolve("report.html"))
        .report("sarif", run().resolve("report.sarif"))
        .report("junit", run().resolve("report-junit.xml"))
        .option("source-root", project().getBasedir().toString())
        .option("fail-on", failOn)
        .option("rules", rules)
        .option("baseline", known ? baseline.toString() : null)
        .flag("update-baseline", updateBaseline)
        .option("suppressions", suppressions.exists() ? suppressions.toString() : null)
        .flag("allow-inconclusive", allowInconclusive);
  }

  private void judge(Outcome outcome)
      throws MojoExecutionException, MojoFailureException, IOException {
    outcome.output().lines().forEach(getLog()::info);
    if (outcome.status() == 0) {
      return;
    }
    if (outcome.status() == 1 || outcome.status() == 3) {
      Files.readAllLines(run().resolve("report.txt")).forEach(getLog()::error);
    }
    switch (outcome.status()) {
      case 1 ->
          throw new MojoFailureException("storage hazards: see " + run().resolve("report.html"));
      case 3 ->
          throw new MojoFailureException(
              "no storage hazard counts, but not everything was seen that the rules need: see "
                  + run().resolve("report.html")
                  + "; -Dpinaudit.allowInconclusive accepts that");
      default -> throw new MojoExecutionException("the gate failed: " + outcome.output().strip());
    }
  }
}
