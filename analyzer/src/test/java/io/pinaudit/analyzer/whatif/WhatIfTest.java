package io.pinaudit.analyzer.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhatIfTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");
  private static final KernelTable.Version OLD = new KernelTable.Version(6, 1);
  private static final KernelTable.Version NEW = new KernelTable.Version(7, 2);

  private static Answers ask(Questions questions, Path... inputs) throws IOException {
    WhatIf whatIf = new WhatIf(questions);
    return whatIf.answers(Audit.of(Inputs.of(List.of(inputs)), whatIf));
  }

  private static OnKernels.OfCase kernels(String run) throws IOException {
    OnKernels told = ask(Questions.aboutKernels(), RUNS.resolve(run)).onKernels().orElseThrow();
    assertEquals(1, told.cases().size());
    return told.cases().getFirst();
  }

  @Test
  void tellsWhatAnUnlinkOf61WouldBeOn72() throws IOException {
    OnKernels.OfCase one = kernels("linux-6.1.192-vmsplice-unlink");
    assertEquals(List.of("F1", "F2"), one.which().findings());
    assertEquals(Outcome.FREES, one.on(OLD, "ext4").outcome());
    assertEquals(Outcome.HANGS, one.on(NEW, "ext4").outcome());
    assertEquals(Outcome.ORPHANS, one.on(NEW, "cache").outcome());
    assertTrue(one.on(NEW, "ext4").row().knownFrom().contains("7.2.12"));
  }

  /** This trace does not say whether the file was mapped, but a kernel of 6.1 frees only if not. */
  @Test
  void infersFromWhatTheKernelDidWhetherTheFileWasMapped() throws IOException {
    OnKernels.OfCase one = kernels("linux-6.1.192-java-dma");
    assertEquals(Outcome.FREES, one.on(OLD, "xfs").outcome());
    assertEquals(3.865, one.on(NEW, "ext4").nanos() / 1e9, 0.001);
  }

  @Test
  void withholdsWhatDependsOnAMappingThatNothingTells() throws IOException {
    OnKernels.OfCase one = kernels("linux-7.2.12-ext4-stall");
    assertEquals(Outcome.WITHHELD, one.on(OLD, "ext4").outcome());
    assertEquals(Outcome.WAITS, one.on(NEW, "ext4").outcome());
    assertEquals(Outcome.FREES, one.on(OLD, "virtiofs").outcome());
  }

  @Test
  void tellsNothingOfANearMiss() throws IOException {
    OnKernels told =
        ask(Questions.aboutKernels(), RUNS.resolve("linux-5.10.223-ext4-near-miss"))
            .onKernels()
            .orElseThrow();
    assertEquals(List.of(), told.cases());
    assertEquals(List.of(), told.findings());
  }

  @Test
  void tellsOfFindingsThatDependOnNoPin() throws IOException {
    OnKernels told =
        ask(Questions.aboutKernels(), RUNS.resolve("linux-6.18-jvm-only"))
            .onKernels()
            .orElseThrow();
    assertEquals("TruncatedBelowMapping", told.findings().getFirst().rule());
    assertEquals(Outcome.FAULTS, told.findings().getFirst().rows().getFirst().outcome());
  }

  /** Of a pipe's reader, and of other users of a deleted file, a JVM knows nothing. */
  @Test
  void withholdsWhatTheJvmAloneCannotKnow() throws IOException {
    AsIfOnDax dax =
        ask(new Questions(List.of(), false, true, OLD), RUNS.resolve("linux-6.18-jvm-only"))
            .asIfOnDax()
            .orElseThrow();
    assertFalse(dax.isBad());
    assertEquals(1, dax.withheld().size());
  }

  @Test
  void asksForAKernelWhereNoneIsKnown() {
    Path jfr = RUNS.resolve("linux-6.1.192-java-dma/app.jfr");
    InputException error =
        assertThrows(
            InputException.class, () -> ask(new Questions(List.of(), false, true, null), jfr));
    assertTrue(error.getMessage().endsWith("name one, as in dax:6.12"), error.getMessage());
  }

  /**
   * The calls of the JVM alone: the reads went on after the truncate, of a file it had unmapped.
   */
  @Test
  void judgesTheCallsOfAJvmAsIfOnDax() throws IOException {
    Path jfr = RUNS.resolve("linux-6.1.192-java-dma/app.jfr");
    AsIfOnDax old = asIf(OLD, jfr);
    assertEquals("withheld", old.withheld().getFirst().gravity());
    AsIfOnDax later = asIf(NEW, jfr);
    assertEquals("would stall", later.would().getFirst().gravity());
    assertEquals(3.8, later.would().getFirst().forecast().nanos() / 1e9, 0.2);
  }

  private static AsIfOnDax asIf(KernelTable.Version kernel, Path input) throws IOException {
    return ask(new Questions(List.of(), false, true, kernel), input).asIfOnDax().orElseThrow();
  }

  @Test
  void answersNothingThatWasNotAsked() throws IOException {
    assertFalse(ask(Questions.NONE, RUNS.resolve("linux-6.1.192-java-dma")).any());
  }
}
