package io.pinaudit.junit;

import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Judges recorded runs, and reads the reports that were written into a folder. One thread. */
final class Auditor {
  private final Path folder;
  private final Outcome outcome;

  private Auditor(Path folder, Outcome outcome) {
    this.folder = folder;
    this.outcome = outcome;
  }

  /** Judges a run; the reports are beside what was recorded. */
  static Auditor gate(Path run, NoPinHazards settings) throws IOException, InterruptedException {
    PinauditCommand command = judging(PinauditCommand.of("gate", run), run, settings);
    return new Auditor(run, Pinaudit.run(command));
  }

  /** Runs tests again so that the calls of a plan meet, and judges those runs. */
  static Auditor confirm(Reruns again, NoPinHazards settings)
      throws IOException, InterruptedException {
    PinauditCommand command =
        judging(PinauditCommand.of("confirm", again.plan()), again.folder(), settings)
            .option("output", again.folder().toString())
            .option("runs", Integer.toString(settings.confirm()))
            .flag("no-kernel", true)
            .command(again.command());
    return new Auditor(again.folder(), Pinaudit.runApart(command));
  }

  private static PinauditCommand judging(
      PinauditCommand command, Path reports, NoPinHazards settings) {
    return command
        .report("text", textFile(reports))
        .report("json", jsonFile(reports))
        .report("html", htmlFile(reports))
        .option("fail-on", settings.failOn().name().toLowerCase(Locale.ROOT))
        .option("rules", String.join(",", settings.rules()))
        .option("baseline", Folders.optional("pinaudit.baseline"))
        .option("suppressions", Folders.optional("pinaudit.suppressions"));
  }

  private static Path textFile(Path folder) {
    return folder.resolve("report.txt");
  }

  private static Path jsonFile(Path folder) {
    return folder.resolve("report.json");
  }

  private static Path htmlFile(Path folder) {
    return folder.resolve("report.html");
  }

  Outcome outcome() {
    return outcome;
  }

  Path html() {
    return htmlFile(folder);
  }

  String text() throws IOException {
    return Files.readString(textFile(folder));
  }

  Report report() {
    return Report.read(jsonFile(folder));
  }
}
