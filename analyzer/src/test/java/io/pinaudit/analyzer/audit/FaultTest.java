package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.events.FullFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault that happened is never left unsaid. */
class FaultTest {
  private static final Path DAX = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir Path run;

  @BeforeEach
  void copyRun() throws IOException {
    for (String name : List.of("run.json", "kernel.ftrace", "app.jfr")) {
      Files.copy(DAX.resolve(name), run.resolve(name));
    }
  }

  private Verdict verdict() throws IOException {
    return Audit.of(Inputs.of(List.of(run))).verdict();
  }

  private void died(String signal, String siginfo) throws IOException {
    Files.writeString(
        run.resolve("hs_err_pid4711.log"),
        """
        #
        # A fatal error has been detected by the Java Runtime Environment:
        #
        #  %1$s (0x7) at pc=0x00007f1c2b0d1f2b, pid=4711, tid=4712
        #
        Current thread (0x00007f1c2402c3a0):  JavaThread "reader \u007f" [_thread_in_native, id=4712]

        siginfo: %2$s
        """
            .formatted(signal, siginfo));
  }

  @Test
  void deathBySigbusIsAFaultThatNothingExplains() throws IOException {
    died("SIGBUS", "si_signo: 7 (SIGBUS), si_code: 2 (BUS_ADRERR), si_addr: 0x00007f1c0c000000");
    Verdict verdict = verdict();
    assertEquals(Completeness.PARTIAL, verdict.completeness());
    assertTrue(
        verdict.reasons().stream()
            .anyMatch(text -> text.startsWith("a load or store of mapped memory failed once")),
        verdict::toString);
    assertInstanceOf(Applied.InPart.class, verdict.rules().get(Hazard.TRUNCATED_BELOW_MAPPING));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
  }

  /** Nobody cut anything: a store to a hole found no room. */
  @Test
  void aFullFileSystemIsTheCause() throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable(FullFileSystem.class);
      recording.start();
      FullFileSystem event = new FullFileSystem();
      event.path = "/full/sparse";
      event.commit();
      recording.dump(run.resolve("full.jfr"));
    }
    assertTrue(verdict().reasons().stream().noneMatch(text -> text.contains("was full")));
    died("SIGBUS", "si_signo: 7 (SIGBUS), si_code: 2 (BUS_ADRERR), si_addr: 0x00007f1c0c000000");
    assertTrue(
        verdict().reasons().stream()
            .anyMatch(text -> text.contains("the file system of /full/sparse was full")),
        verdict()::toString);
  }

  @Test
  void deathByAnythingElseIsNone() throws IOException {
    died("SIGSEGV", "si_signo: 11 (SIGSEGV), si_code: 1 (SEGV_MAPERR), si_addr: 0x0");
    List<String> reasons = verdict().reasons();
    assertEquals(
        List.of("hs_err_pid4711.log: JVM 4711 died of SIGSEGV: its last calls are missing"),
        reasons);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#", "#  SIGBUS", "nonsense\n#  SIGBUS (0x7) at pc=1, tid=2"})
  void whatIsNoLogSaysNothing(String text) throws IOException {
    Files.writeString(run.resolve("hs_err_pid1.log"), text);
    assertEquals(Completeness.COMPLETE, verdict().completeness());
  }
}
