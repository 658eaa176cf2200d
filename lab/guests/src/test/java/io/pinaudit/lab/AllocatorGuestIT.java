package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Records the allocator under stress in one boot of the guest, with its pins honoured and ignored;
 * {@code -Dpinaudit.stress.seconds} shortens the first (60), {@code -Dpinaudit.fs=xfs} has it on
 * xfs.
 */
@Tag("full")
@Tag("xfs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AllocatorGuestIT {
  private static final int SECONDS = Integer.getInteger("pinaudit.stress.seconds", 60);
  private static final int IGNORING_SECONDS = 15;
  private static final int SLOW_IOPS = 8;
  private static final Path PARENT = Path.of("target/guest-tests/allocator").toAbsolutePath();
  private static final Path GUARDED = PARENT.resolve("guarded");
  private static final Path IGNORING = PARENT.resolve("ignoring");

  private static final Pattern DID =
      Pattern.compile(
          "did [1-9]\\d* reads through io_uring, [1-9]\\d* direct reads, [1-9]\\d* lends to pipes;"
              + " 0 failed");
  private static final Pattern FREED =
      Pattern.compile(
          "freed [1-9]\\d* pinned extents, shrank [1-9]\\d* times, deleted [1-9]\\d* pools and"
              + " [1-9]\\d* files");
  private static final Pattern KEPT =
      Pattern.compile(
          "truth: 0 foreign bytes in [1-9]\\d* victim files of \\d+ bytes, 0 in what was read, 0"
              + " files are left");

  @BeforeAll
  void recordBoth() throws Exception {
    GuestMachine.assumeUsable();
    FileTree.delete(PARENT);
    Files.createDirectories(PARENT);
    Console console = new Console(System.out, System.err, false);
    GuestHardware usual = GuestHardware.DEFAULT;
    GuestHardware faster =
        new GuestHardware(
            usual.acceleration(),
            usual.cpus(),
            usual.memoryMib(),
            SLOW_IOPS,
            usual.pmem(),
            usual.pmemFile());
    String script =
        "set -o pipefail\nstatus=0\n"
            + recording(GUARDED, Integer.toString(SECONDS))
            + recording(IGNORING, "--ignore-pins " + IGNORING_SECONDS)
            + "exit $status\n";
    int status =
        Guest.prepare(
                GuestSpec.inDirectory(PARENT)
                    .withFileSystem(GuestMachine.fileSystem())
                    .withHardware(faster),
                console)
            .run(GuestCommand.asHere(List.of("bash", "-c", script)), System.out, System.err)
            .exitStatus();
    assertEquals(0, status, "each run came to its end");
  }

  /**
   * Without the options a C1-only JVM has no cache line flushes, and crashes where MAP_SYNC works.
   */
  private static String recording(Path run, String arguments) {
    Installation installation = Installation.current();
    Path home = installation.home();
    return "'%s' record -o '%s' -- '%s/bin/java' -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions"
            .formatted(installation.launcher(), run, System.getProperty("java.home"))
        + " -XX:-DelayCompilerStubsGeneration --enable-native-access=ALL-UNNAMED"
        + " -cp '%s/allocator/target/test-classes:%s/lib/*' io.pinaudit.allocator.StressProgram %s"
            .formatted(home, installation.samplesJar().getParent(), arguments)
        + " \"$PINAUDIT_SLOW_DISK\" \"$PINAUDIT_DAX\" | tee '%s' || status=1\n"
            .formatted(output(run));
  }

  private static Path output(Path run) {
    return run.resolveSibling(run.getFileName() + ".out");
  }

  private static Audit audit(Path run) throws IOException {
    return Audit.of(Inputs.of(List.of(run)));
  }

  private static List<String> rules(Audit audit) {
    return audit.findings().stream().map(Finding::rule).toList();
  }

  @Test
  void findsNothingWherePinsAreHonoured() throws IOException {
    Audit audit = audit(GUARDED);
    List<Finding> sure =
        audit.findings().stream().filter(found -> found.certainty() != Certainty.POSSIBLE).toList();
    assertEquals(List.of(), sure);
    // An interrupt that meets another probe at work hides a drop now and then; the run says so.
    if (audit.verdict().completeness() == Completeness.COMPLETE) {
      assertEquals(List.of(), audit.findings());
    } else {
      assertTrue(
          audit.verdict().reasons().stream().allMatch(reason -> reason.startsWith("probe ")),
          audit.verdict().reasons()::toString);
    }
  }

  @Test
  void keepsEachByteWherePinsAreHonoured() throws IOException {
    List<String> lines = Files.readAllLines(output(GUARDED));
    for (Pattern expected : List.of(DID, FREED, KEPT)) {
      assertTrue(lines.stream().anyMatch(expected.asMatchPredicate()), lines::toString);
    }
  }

  @Test
  void findsWhatIsFreedWherePinsAreIgnored() throws IOException {
    List<String> rules = rules(audit(IGNORING));
    assertTrue(rules.contains("FreedWhilePinned"), rules::toString);
  }
}
