package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step.Role;
import io.pinaudit.cli.Console;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestFailure;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The machine dies under a recorder and the JVMs that it records. */
@Tag("full")
class CutRecordingGuestIT {
  private static final long START_LIMIT_SECONDS = 300;
  private static final String SCRIPT =
      """
      exec "$1" record -o "$PINAUDIT_RUN/run" -- sh -c '
        "$1" -XX:+UseSerialGC -cp "$2" io.pinaudit.samples.VmspliceThenDelete "$PINAUDIT_DAX"
        "$1" -XX:+UseSerialGC -cp "$2" io.pinaudit.samples.VmspliceThenDelete "$PINAUDIT_DAX"
        touch "$PINAUDIT_RUN/recorded"
        while :; do dd if=/dev/zero of=/dev/shm/noise bs=4096 count=50 status=none; done' sh "$2" "$3"
      """;

  private final Path parent = Path.of("target/guest-tests/cut").toAbsolutePath();
  private final Path run = parent.resolve("run");

  @BeforeEach
  void cutThePower() throws Exception {
    GuestMachine.assumeUsable();
    FileTree.delete(parent);
    Files.createDirectories(parent);
    Guest guest =
        Guest.prepare(GuestSpec.inDirectory(parent), new Console(System.out, System.err, false));
    List<String> words = GuestMachine.script(SCRIPT);
    CompletableFuture<Void> powerCut = new CompletableFuture<>();
    Thread cutter = Thread.ofPlatform().start(() -> cutWhenRecorded(powerCut));
    assertThrows(
        GuestFailure.class,
        () -> guest.run(GuestCommand.asHere(words), System.out, System.err, powerCut));
    cutter.join();
  }

  private void cutWhenRecorded(CompletableFuture<Void> powerCut) {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_SECONDS);
    try {
      while (!Files.exists(parent.resolve("recorded")) && System.nanoTime() < endNanos) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      TimeUnit.SECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    powerCut.complete(null);
  }

  @Test
  void leavesARunThatTellsWhatHadHappened() throws IOException {
    assertTrue(Files.exists(parent.resolve("recorded")));
    assertEquals(-1, RunDescriptionReader.read(run).endNanos());
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    Finding freed =
        audit.findings().stream()
            .filter(finding -> finding.rule().equals("FreedWhilePinned"))
            .findFirst()
            .orElseThrow();
    assertEquals(Certainty.CONFIRMED, freed.certainty());
    assertEquals(2, freed.count());
    assertFalse(freed.first().step(Role.PINNED).orElseThrow().actor().call().stack().isEmpty());
  }
}
