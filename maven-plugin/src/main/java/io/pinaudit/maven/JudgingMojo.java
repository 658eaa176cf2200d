package io.pinaudit.maven;

import io.pinaudit.harness.Jdks;
import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * What the goals have in common that judge recordings. They need a JDK 25, on which they run the
 * command line; Maven itself may run on an older one.
 */
abstract class JudgingMojo extends AuditMojo {
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

  /** Whether the build may pass although not everything was seen that the rules need. */
  @Parameter(property = "pinaudit.allowInconclusive", defaultValue = "false")
  private boolean allowInconclusive;

  @Override
  final void audit() throws MojoExecutionException, MojoFailureException {
    try {
      judge();
    } catch (IOException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted", e);
    }
  }

  abstract void judge()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException;

  /** Returns whether a JVM left a recording in a folder. */
  static boolean isRecorded(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".jfr"));
    }
  }

  final Outcome run(PinauditCommand command)
      throws MojoExecutionException, IOException, InterruptedException {
    Path home =
        Jdks.find(System.getenv()).orElseThrow(() -> new MojoExecutionException(Jdks.ADVICE));
    return command.run(PinauditCommand.onJdk(home, classPath()));
  }

  final File baseline() {
    return baseline;
  }

  /** Adds what is judged by, and reports in a folder. */
  final PinauditCommand judging(PinauditCommand command, Path reports) {
    return command
        .report("text", reports.resolve("report.txt"))
        .report("html", reports.resolve("report.html"))
        .report("sarif", reports.resolve("report.sarif"))
        .report("junit", reports.resolve("report-junit.xml"))
        .option("source-root", project().getBasedir().toString())
        .option("fail-on", failOn)
        .option("rules", rules)
        .option("suppressions", suppressions.exists() ? suppressions.toString() : null)
        .flag("allow-inconclusive", allowInconclusive);
  }

  /** Fails the build unless the gate is open. */
  final void conclude(Outcome outcome, Path reports)
      throws MojoExecutionException, MojoFailureException, IOException {
    outcome.output().lines().forEach(getLog()::info);
    if (outcome.status() == 0) {
      return;
    }
    if (outcome.status() == 1 || outcome.status() == 3) {
      Files.readAllLines(reports.resolve("report.txt")).forEach(getLog()::error);
    }
    switch (outcome.status()) {
      case 1 ->
          throw new MojoFailureException("storage hazards: see " + reports.resolve("report.html"));
      case 3 ->
          throw new MojoFailureException(
              "no storage hazard counts, but not everything was seen that the rules need: see "
                  + reports.resolve("report.html")
                  + "; -Dpinaudit.allowInconclusive accepts that");
      default -> throw new MojoExecutionException("the gate failed: " + outcome.output().strip());
    }
  }
}
