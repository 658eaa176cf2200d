package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.predict.Prediction;
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
import java.net.URISyntaxException;
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
  // In runs of an even number the read goes first. Judged outside, where that is cheaper.
  private static final String SCRIPT =
      """
      lucky() {
        name=$1 pause=$2
        shift 2
        "$launcher" record -o "$PINAUDIT_RUN/$name" -- "$@" -cp "$path" io.pinaudit.lab.cases.LuckyCut \\
          "$PINAUDIT_DAX" "$PINAUDIT_SLOW_DISK" "$pause" >"$PINAUDIT_RUN/$name.out" || exit 1
      }
      launcher=$1 java=$2 path=$4 plan=$5
      lucky first 500 "$java"
      for i in 1 2 3 4; do
        while :; do dd if="$PINAUDIT_SLOW_DISK" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null; done &
      done
      for turn in 0 2 4; do
        lucky meet-$turn 20 "$java" "-Dpinaudit.meet=$plan" -Dpinaudit.turn=$turn -Dpinaudit.headstart=200
        ! grep -Eq 'foreign bytes: [1-9]|cut took [0-9]{4}' "$PINAUDIT_RUN/meet-$turn.out" || break
      done
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
    List<String> words = GuestMachine.script(SCRIPT, classPath(), plan().toString());
    int status =
        Guest.prepare(spec, new Console(System.out, System.err, false))
            .run(GuestCommand.asHere(words), System.out, System.err)
            .exitStatus();
    assertEquals(0, status);

    assertTrue(Files.readString(parent.resolve("first.out")).contains("cut after the read"));
    assertPredicted(parent.resolve("first"));
    Set<Hazard> lucky = hazards(parent.resolve("first"));
    assertFalse(lucky.contains(Hazard.FREED_WHILE_PINNED), lucky::toString);
    Set<Hazard> met = new TreeSet<>();
    StringBuilder told = new StringBuilder();
    for (Path run : meetings(parent)) {
      met.addAll(hazards(run));
      told.append(Files.readString(Path.of(run + ".out")));
    }
    System.out.println(label + ": " + met + "\n" + told);
    assertTrue(met.contains(Hazard.UNORDERED_CUT), met::toString);
    assertEquals(frees, met.contains(Hazard.FREED_WHILE_PINNED), met::toString);
    assertEquals(!frees, met.contains(Hazard.TRUNCATE_STALLED_BY_PIN), met::toString);
    assertEquals(
        frees, told.toString().lines().anyMatch(line -> line.matches("foreign bytes: [1-9]\\d*")));
  }

  private static Path plan() throws URISyntaxException {
    return Path.of(MeetGuestIT.class.getResource("lucky-cut-plan.json").toURI());
  }

  /** The plan at hand is what this run says, too. */
  private static void assertPredicted(Path run) throws Exception {
    List<String> predicted =
        Prediction.of(Inputs.of(List.of(run)), Prediction.WITHIN, Prediction.PAIRS)
            .plan()
            .pairs()
            .stream()
            .map(Pair::id)
            .toList();
    for (Pair pair : Plan.read(plan()).pairs()) {
      assertTrue(predicted.contains(pair.id()), predicted::toString);
    }
  }

  private static List<Path> meetings(Path folder) throws IOException {
    try (Stream<Path> runs = Files.list(folder)) {
      return runs.filter(Files::isDirectory)
          .filter(run -> run.getFileName().toString().startsWith("meet-"))
          .sorted()
          .toList();
    }
  }

  private static Set<Hazard> hazards(Path run) throws IOException {
    Set<Hazard> found = new TreeSet<>();
    Audit.of(Inputs.of(List.of(run))).findings().forEach(one -> found.add(one.hazard()));
    return found;
  }
}
