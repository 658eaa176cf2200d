package io.pinaudit.junit;

import io.pinaudit.harness.GateCommand;
import io.pinaudit.harness.GateCommand.Outcome;
import io.pinaudit.harness.Jdks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Judges one run directory, and reads the reports that were written into it. One thread. */
final class Auditor {
  private final Path run;
  private final NoPinHazards settings;

  Auditor(Path run, NoPinHazards settings) {
    this.run = run;
    this.settings = settings;
  }

  /** Judges the recording: in this JVM if it is new enough, else in one of a JDK 25. */
  Outcome run() throws IOException, InterruptedException {
    GateCommand command =
        GateCommand.of(run)
            .report("text", textFile())
            .report("json", jsonFile())
            .report("html", html())
            .option("fail-on", settings.failOn().name().toLowerCase(Locale.ROOT))
            .option("rules", String.join(",", settings.rules()))
            .option("baseline", Folders.optional("pinaudit.baseline"))
            .option("suppressions", Folders.optional("pinaudit.suppressions"));
    return Runtime.version().feature() >= Jdks.FEATURE
        ? InProcess.run(command)
        : command.run(inProcessOfItsOwn());
  }

  private static List<String> inProcessOfItsOwn() throws IOException {
    Path jdk =
        Jdks.find(System.getenv())
            .orElseThrow(() -> new IOException(Jdks.ADVICE + ", on which pinaudit judges"));
    // Surefire starts the tests' JVM with a jar that only names the class path.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return GateCommand.onJdk(jdk, classPath);
  }

  Path html() {
    return run.resolve("report.html");
  }

  private Path textFile() {
    return run.resolve("report.txt");
  }

  private Path jsonFile() {
    return run.resolve("report.json");
  }

  String text() throws IOException {
    return Files.readString(textFile());
  }

  Report report() {
    return Report.read(jsonFile());
  }
}
