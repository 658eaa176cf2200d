package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.cli.Console;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Records a broken sample and its fixed twin where the kernel lets itself be traced less, in one
 * boot: without kprobes, and locked down.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockedDownGuestIT {
  private static final String SCRIPT =
      """
      sample() {
        "$1" record -o "$PINAUDIT_RUN/$4" -- "$2" -cp "$3" io.pinaudit.samples.VmspliceThenDelete $5 "$PINAUDIT_DAX" \\
          >"$PINAUDIT_RUN/$4.out" 2>"$PINAUDIT_RUN/$4.err" || exit 1
      }
      # As a kernel without kprobes shows it: all of tracefs but kprobe_events.
      mkdir /run/without && mount -t tmpfs none /run/without || exit 2
      for entry in /sys/kernel/tracing/*; do
        name=${entry##*/}
        [ "$name" != kprobe_events ] || continue
        if [ -d "$entry" ]; then mkdir "/run/without/$name"; else : >"/run/without/$name"; fi
        mount --bind "$entry" "/run/without/$name" || exit 3
      done
      mount --rbind /run/without /sys/kernel/tracing || exit 4
      sample "$@" broken
      sample "$@" fixed --safe
      "$1" doctor -v >"$PINAUDIT_RUN/doctor.out" 2>&1
      echo "exit status $?" >>"$PINAUDIT_RUN/doctor.out"
      umount -R /sys/kernel/tracing
      mount -t securityfs none /sys/kernel/security
      echo confidentiality >/sys/kernel/security/lockdown || exit 5
      sample "$@" confidential
      """;

  private Path parent;

  @BeforeAll
  void record() throws Exception {
    GuestMachine.assumeUsable();
    parent = Path.of("target/guest-tests/locked-down").toAbsolutePath();
    FileTree.delete(Files.createDirectories(parent));
    Files.createDirectories(parent);
    List<String> words = GuestMachine.script(SCRIPT);
    int status =
        Guest.prepare(GuestSpec.inDirectory(parent), new Console(System.out, System.err, false))
            .run(GuestCommand.asHere(words), System.out, System.err)
            .exitStatus();
    assertEquals(0, status);
  }

  private Audit audit(String run) throws IOException {
    return Audit.of(Inputs.of(List.of(parent.resolve(run))));
  }

  private RunDescription description(String run) throws IOException {
    return RunDescriptionReader.read(parent.resolve(run));
  }

  /** The program proves its truth itself: foreign bytes. */
  @Test
  void findsThroughTracepointsAndTheJvmWhatNoKprobeShows() throws IOException {
    assertEquals("tracepoints", description("broken").kernel().probeSet());
    Audit audit = audit("broken");
    assertTrue(
        audit.findings().stream().anyMatch(found -> found.rule().equals("FreedWhilePinned")));
    audit
        .findings()
        .forEach(found -> assertFalse(found.certainty() == Certainty.CONFIRMED, found::rule));
  }

  @Test
  void saysWhatItCannotSeeWithoutKprobes() throws IOException {
    for (String run : List.of("broken", "fixed")) {
      Audit audit = audit(run);
      assertFalse(audit.verdict().completeness() == Completeness.COMPLETE, run);
      Applied applied = audit.verdict().rules().get(Hazard.REUSED_WHILE_PINNED);
      Set<Evidence> missing = assertInstanceOf(Applied.NotAtAll.class, applied).missing();
      assertTrue(missing.containsAll(Set.of(Evidence.PINS, Evidence.DROPS)), missing::toString);
    }
    String doctor = Files.readString(parent.resolve("doctor.out"));
    assertTrue(doctor.contains("probe set tracepoints: this kernel has no kprobes"), doctor);
    assertTrue(doctor.contains("ReusedWhilePinned cannot be applied: no pins, drops"), doctor);
    assertTrue(doctor.endsWith("exit status 3\n"), doctor);
  }

  @Test
  void keepsToTheJvmWhereTheKernelIsLockedDown() throws IOException {
    assertNull(description("confidential").kernel());
    String said = Files.readString(parent.resolve("confidential.err"));
    assertTrue(said.contains("kernel side off: "), said);
    assertTrue(
        audit("confidential").findings().stream()
            .anyMatch(found -> found.rule().equals("FreedWhilePinned")));
  }
}
