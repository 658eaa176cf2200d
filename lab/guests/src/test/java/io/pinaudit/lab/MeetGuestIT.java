package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.Kernel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Has two calls meet that never overlapped, and lets a busy disk show what becomes of them: one
 * boot a kernel.
 */
@Tag("full")
class MeetGuestIT {
  private static final String SCRIPT =
      """
      run="$2 -cp $4 io.pinaudit.lab.cases.LuckyCut $PINAUDIT_DAX $PINAUDIT_SLOW_DISK"
      "$1" record -o "$PINAUDIT_RUN/first" -- $run >"$PINAUDIT_RUN/first.out" || exit 1
      "$1" predict "$PINAUDIT_RUN/first" -o "$PINAUDIT_RUN/plan.json" || exit 2
      for i in 1 2 3 4; do
        while :; do dd if="$PINAUDIT_SLOW_DISK" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null; done &
      done
      "$1" confirm "$PINAUDIT_RUN/plan.json" --exit-zero --head-start 200 --runs 4 -o "$PINAUDIT_RUN/confirmed" -- \\
        $run >"$PINAUDIT_RUN/confirmed.out" || exit 3
      """;

  private static String classPath() {
    Path lab = Path.of("../target/classes").toAbsolutePath();
    return lab + File.pathSeparator + Installation.current().samplesJar();
  }

  /**
   * Makes both runs on one kernel.
   *
   * @param label the kernel
   * @param frees whether the kernel gives the blocks to another file while the disk still writes to
   *     them; if not, it lets the cut wait
   */
  @ParameterizedTest
  @CsvSource({"5.10, true", "6.1, true", "6.12, true", "7, false"})
  void showsWhatBecomesOfCallsThatMeet(String label, boolean frees) throws Exception {
    GuestMachine.assumeUsable();
    Path parent = Path.of("target/guest-tests/meet-" + label).toAbsolutePath();
    FileTree.delete(Files.createDirectories(parent));
    Files.createDirectories(parent);
    GuestSpec spec =
        new GuestSpec(
            Kernel.named(label),
            DaxFileSystem.EXT4,
            GuestHardware.DEFAULT,
            parent,
            GuestSpec.DEFAULT_TIMEOUT);
    List<String> words = GuestMachine.script(SCRIPT, classPath());
    int status =
        Guest.prepare(spec, new Console(System.out, System.err, false))
            .run(GuestCommand.asHere(words), System.out, System.err)
            .exitStatus();
    assertEquals(0, status);

    assertTrue(Files.readString(parent.resolve("first.out")).contains("cut after the read"));
    Set<Hazard> lucky = hazards(parent.resolve("first"));
    assertFalse(lucky.contains(Hazard.FREED_WHILE_PINNED), lucky::toString);
    Set<Hazard> met = new TreeSet<>();
    for (Path run : runs(parent.resolve("confirmed"))) {
      met.addAll(hazards(run));
    }
    assertTrue(met.contains(Hazard.UNORDERED_CUT), met::toString);
    String told = Files.readString(parent.resolve("confirmed.out"));
    System.out.println(label + ": " + met + "\n" + told);
    assertEquals(frees, met.contains(Hazard.FREED_WHILE_PINNED), met::toString);
    assertEquals(!frees, met.contains(Hazard.TRUNCATE_STALLED_BY_PIN), met::toString);
    assertEquals(
        frees, told.lines().anyMatch(line -> line.matches("foreign bytes: [1-9]\\d*")), told);
  }

  private static List<Path> runs(Path folder) throws IOException {
    try (Stream<Path> runs = Files.list(folder)) {
      return runs.filter(run -> run.getFileName().toString().startsWith("meet-")).toList();
    }
  }

  private static Set<Hazard> hazards(Path run) throws IOException {
    Set<Hazard> found = new TreeSet<>();
    Audit.of(Inputs.of(List.of(run))).findings().forEach(one -> found.add(one.hazard()));
    return found;
  }
}
