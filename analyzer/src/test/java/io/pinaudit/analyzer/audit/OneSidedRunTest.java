package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step.Role;
import io.pinaudit.analyzer.report.Explanation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded runs of which one side is there; each ORIGIN.md says what is true of them. */
class OneSidedRunTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");
  private static final Path JVM = RUNS.resolve("linux-6.18-jvm-only");
  private static final Path BOTH = RUNS.resolve("linux-6.1.192-java-dma");

  private static Audit audit(Path run) throws IOException {
    return Audit.of(Inputs.of(List.of(run)));
  }

  private static List<String> rules(Audit audit) {
    return audit.findings().stream().map(Finding::rule).toList();
  }

  @Test
  void jvmAloneFindsWhatItsCallsShow() throws IOException {
    Audit audit = audit(JVM);
    assertEquals(List.of("OrphanedWhilePinned", "TruncatedBelowMapping"), rules(audit));
    assertTrue(audit.findings().stream().allMatch(finding -> finding.count() == 1), "no near miss");
    assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
    assertEquals(List.of(), audit.verdict().reasons());
    assertEquals(
        List.of("no kernel trace (switched off with --no-kernel): pins and frees are not known"),
        audit.verdict().notes());
  }

  @Test
  void jvmAloneIsNotSureOfWhatAPipeHolds() throws IOException {
    Audit audit = audit(JVM);
    Finding orphaned = audit.findings().getFirst();
    assertEquals(Certainty.POSSIBLE, orphaned.certainty());
    assertEquals(Severity.WARNING, orphaned.severity());
    assertEquals("[0-8191]", orphaned.first().place().ranges().toString());
    assertTrue(orphaned.first().storage().orElseThrow().path().startsWith("pipe:["));
    assertTrue(audit.ledgers().names().path(orphaned.first().place().file()).endsWith("/lent"));
    assertEquals("Files.delete", operation(orphaned, Role.CUT));
  }

  @Test
  void jvmAloneObservesTheTruncateBelowTheMapping() throws IOException {
    Audit audit = audit(JVM);
    Finding truncated = audit.findings().getLast();
    assertEquals(Certainty.OBSERVED, truncated.certainty());
    assertEquals("[4096-32767]", truncated.first().place().ranges().toString());
    assertTrue(audit.ledgers().names().path(truncated.first().place().file()).endsWith("/mapped"));
    assertEquals("FileChannel.truncate", operation(truncated, Role.CUT));
    assertTrue(truncated.first().ended(), "Arena.close unmaps");
  }

  private static String operation(Finding finding, Role role) {
    return finding.first().step(role).orElseThrow().actor().operation();
  }

  @Test
  void kernelAloneNamesThreadsAndLinesOfItsTrace(@TempDir Path folder) throws IOException {
    for (String name : List.of("run.json", "kernel.ftrace")) {
      Files.copy(BOTH.resolve(name), folder.resolve(name));
    }
    Audit audit = audit(folder);
    assertEquals(List.of("FreedWhilePinned", "ReusedWhilePinned"), rules(audit));
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    assertTrue(audit.verdict().reasons().contains("no JVM recording: lines of Java are not known"));
    Finding freed = audit.findings().getFirst();
    assertEquals(Certainty.CONFIRMED, freed.certainty());
    assertEquals("pread64(2)", operation(freed, Role.PINNED));
    assertEquals("ftruncate(2)", operation(freed, Role.FREED));
    assertTrue(
        freed.first().step(Role.PINNED).orElseThrow().actor().task().startsWith("pool-1-thread-"));
    String text = explain(audit, freed);
    assertTrue(text.contains("| java-196"), text);
    assertFalse(text.contains(".java:"), text);
  }

  /** Tracepoints alone, as trace-cmd records ext4's, show what is freed and no pin. */
  @Test
  void foreignTraceWithoutPinsIsNoProofOfAnything() throws IOException {
    String missing = "no pin is in the kernel trace";
    Path traces = Path.of("src/test/resources/traces");
    assertTrue(
        audit(traces.resolve("ftrace-6.18-overwritten.txt")).verdict().reasons().stream()
            .anyMatch(reason -> reason.startsWith(missing)));
    assertTrue(
        audit(traces.resolve("ftrace-6.1.192-trace.txt")).verdict().reasons().stream()
            .noneMatch(reason -> reason.startsWith(missing)));
  }

  private static String explain(Audit audit, Finding finding) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Explanation.print(audit, finding, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
