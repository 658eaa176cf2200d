package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broken samples, unchanged, do no harm while the agent keeps their files. */
@Tag("full")
class GuardedSamplesGuestIT {
  /** Longer than the samples wait before they read their pipes. */
  private static final String GUARD = "keep:30000";

  @BeforeAll
  static void assumeGuest() throws Exception {
    GuestMachine.assumeUsable();
  }

  @Test
  void areHarmless() throws Exception {
    Installation installation = Installation.current();
    Path parent = Path.of("target/guest-tests/guarded-samples").toAbsolutePath();
    FileTree.delete(Files.createDirectories(parent));
    Files.createDirectories(parent);
    List<DemoRun> runs = DemoRun.guarded(DemoSample.all(installation.home()), parent);
    Console console = new Console(System.out, System.err, false);
    List<String> steps = runs.stream().map(DemoRun::step).toList();
    try (DemoProgress progress = new DemoProgress(console, steps)) {
      assertEquals(
          true, new DemoGuests(installation, parent, GUARD).record(runs, progress, console));
    }
    for (DemoRun run : runs) {
      Audit audit = Audit.of(Inputs.of(List.of(run.directory())));
      assertEquals(Optional.empty(), run.complaint(audit), run.title() + " " + run.truths());
    }
  }
}
