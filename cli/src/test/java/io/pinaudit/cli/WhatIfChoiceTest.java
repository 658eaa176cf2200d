package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.whatif.KernelTable.Version;
import io.pinaudit.analyzer.whatif.Questions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;

class WhatIfChoiceTest {
  private static final String RUNS = "../analyzer/src/test/resources/runs/";
  private static final String DMA = RUNS + "linux-6.1.192-java-dma/app.jfr";

  private static Questions asked(String... words) throws ParseException {
    Options options = WhatIfChoice.addTo(new Options());
    return WhatIfChoice.of(new DefaultParser().parse(options, words));
  }

  private static int gate(String... words) throws Exception {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    GateVerb gate = new GateVerb();
    return gate.run(
        new DefaultParser().parse(gate.options(), words), new Console(nowhere, nowhere, false));
  }

  @Test
  void takesVersionsInAnyOrder() throws ParseException {
    assertEquals(
        List.of(new Version(6, 12), new Version(7, 0)),
        asked("--what-if", "7,6.12,remedies").kernels());
    assertTrue(asked("--what-if", "7,6.12,remedies").remedies());
    assertEquals(Questions.FAMILIES, asked("--what-if", "kernels").kernels());
    assertEquals(Questions.NONE, asked());
  }

  @Test
  void takesDaxWithOrWithoutAKernel() throws ParseException {
    assertTrue(asked("--as-if", "dax").asIfOnDax());
    assertEquals(new Version(6, 1), asked("--as-if", "dax:6.1").daxKernel());
  }

  @Test
  void refusesWhatIsNoQuestion() {
    assertThrows(UsageException.class, () -> asked("--what-if", "kernel"));
    assertThrows(UsageException.class, () -> asked("--what-if", "kernels,"));
    assertThrows(UsageException.class, () -> asked("--as-if", "pmem"));
    assertThrows(UsageException.class, () -> asked("--as-if", "dax:new"));
  }

  /** What would have happened fails a gate only if it is asked to. */
  @Test
  void failsAGateOnlyIfAsked() throws Exception {
    String[] lenient = {DMA, "--fail-on", "critical", "--allow-inconclusive"};
    assertEquals(ExitStatus.CLEAN, gate(lenient));
    assertEquals(
        ExitStatus.FINDINGS,
        gate(DMA, "--fail-on", "critical", "--allow-inconclusive", "--as-if", "dax:7"));
  }

  /** On older kernels it depends on who else had the file mapped, which a JVM does not know. */
  @Test
  void leavesAGateUndecidedWhereNothingCanBeSaid() throws Exception {
    String run = RUNS + "linux-6.18-jvm-only";
    assertEquals(ExitStatus.CLEAN, gate(run, "--fail-on", "critical"));
    assertEquals(ExitStatus.INCONCLUSIVE, gate(run, "--fail-on", "critical", "--as-if", "dax:6.1"));
  }
}
