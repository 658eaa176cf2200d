package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.TraceFile;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.finding.Step.Role;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.DemoRun.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records every sample in one boot of the guest and holds the reports against what each measured
 * itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesGuestIT {
  /** Rules that need no kernel, and so no block. */
  private static final List<String> JVM_RULES =
      List.of("UnmappedWhilePinned", "TruncatedBelowMapping");

  private static final Pattern COUNTED = Pattern.compile("truth: (\\d+) .* (/\\S+)(?: were.*)?");
  private static final Pattern WAITED = Pattern.compile("truth: truncate waited (\\d+\\.\\d+) s.*");
  private static final Pattern KEPT =
      Pattern.compile(
          "truth: (COPY|DEFER|WAIT): 0 of \\d+ bytes .*|"
              + "truth: (COPY|DEFER|WAIT): 0 bytes of .* were overwritten by the disk");

  /** Only WAIT waits, and in the program. */
  private static final Pattern RETURNED =
      Pattern.compile(
          "truth: (COPY|DEFER): truncate waited [01]\\..*|truth: WAIT: truncate waited [2-9]\\..*");

  private static final double STALL_TOLERANCE = 0.10;

  private List<DemoRun> runs;

  @BeforeAll
  void recordAll() throws Exception {
    GuestMachine.assumeUsable();
    Installation installation = Installation.current();
    Path parent = Files.createDirectories(Path.of("target/guest-tests/samples"));
    FileTree.delete(parent);
    Files.createDirectories(parent);
    runs = DemoRun.of(DemoSample.all(installation.home()), parent.toAbsolutePath());
    GuestMachine.record(runs, parent.toAbsolutePath());
  }

  Stream<DemoRun> broken() {
    return runs.stream().filter(run -> run.variant() == Variant.BROKEN);
  }

  Stream<DemoRun> nearMissesAndFixed() {
    return runs.stream().filter(run -> run.variant() != Variant.BROKEN);
  }

  Stream<DemoRun> fixed() {
    return runs.stream().filter(run -> run.variant() == Variant.FIXED);
  }

  private static Audit audit(DemoRun run) throws IOException {
    return Audit.of(Inputs.of(List.of(run.directory())));
  }

  @ParameterizedTest
  @MethodSource("nearMissesAndFixed")
  void isClean(DemoRun run) throws IOException {
    Audit audit = audit(run);
    assertEquals(List.of(), audit.findings());
    assertEquals(List.of(), audit.verdict().reasons());
    assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
  }

  @ParameterizedTest
  @MethodSource("fixed")
  void keepsTheBytesWithEachPolicy(DemoRun run) throws IOException {
    List<String> truths = run.truths();
    assertEquals(3, truths.size(), truths.toString());
    for (String truth : truths) {
      assertTrue(KEPT.matcher(truth).matches() || RETURNED.matcher(truth).matches(), truth);
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void reportsWhatTheProgramProved(DemoRun run) throws IOException {
    Audit audit = audit(run);
    assertEquals(List.of(), audit.verdict().reasons());
    assertEquals(run.sample().rules(), audit.findings().stream().map(Finding::rule).toList());
    for (Finding finding : audit.findings()) {
      if (JVM_RULES.contains(finding.rule())) {
        // The agent has asked for a page of a mapping that was cut.
        boolean asked = finding.hazard() == Hazard.TRUNCATED_BELOW_MAPPING;
        assertEquals(asked ? Certainty.CONFIRMED : Certainty.OBSERVED, finding.certainty());
        continue;
      }
      assertEquals(Certainty.CONFIRMED, finding.certainty());
      assertNamesLine(run, finding, Role.PINNED, run.sample().pinnedBy());
      assertNamesLine(
          run,
          finding,
          finding.rule().equals("TruncateStalledByPin") ? Role.STALLED : Role.FREED,
          run.sample().actedBy());
      assertBlocksAreTheKernels(run, finding);
      assertTrue(finding.first().step(Role.MAPPED).isPresent(), "names the mapping");
    }
    String truth = run.truths().getLast();
    Matcher counted = COUNTED.matcher(truth);
    Matcher waited = WAITED.matcher(truth);
    if (counted.matches()) {
      assertTrue(Long.parseLong(counted.group(1)) > 0, truth);
      assertEquals(counted.group(2), victim(audit));
    } else {
      assertTrue(waited.matches(), truth);
      double measured = Double.parseDouble(waited.group(1));
      double reported = audit.findings().getFirst().first().nanos() / 1e9;
      assertEquals(measured, reported, STALL_TOLERANCE * measured);
    }
  }

  private static String victim(Audit audit) {
    Step reused =
        audit.findings().stream()
            .flatMap(finding -> finding.first().step(Role.REUSED).stream())
            .findFirst()
            .orElseThrow();
    return audit.ledgers().names().path(reused.place().file());
  }

  /** The stack has a frame whose line of the sample's source holds the text. */
  private static void assertNamesLine(DemoRun run, Finding finding, Role role, String text)
      throws IOException {
    List<String> source = Files.readAllLines(run.sample().source());
    List<Frame> stack = finding.first().step(role).orElseThrow().actor().call().stack();
    assertTrue(
        stack.stream()
            .filter(frame -> frame.className().equals(run.sample().mainClass()))
            .anyMatch(frame -> source.get(frame.line() - 1).contains(text)),
        role + ": no line with '" + text + "' in " + stack);
  }

  /**
   * The freed blocks are those of the kernel's line that the report cites; the pinned ones lie
   * within.
   */
  private static void assertBlocksAreTheKernels(DemoRun run, Finding finding) throws IOException {
    List<String> trace = lines(run.directory().resolve("kernel.dat"));
    for (Finding.Instance instance : finding.instances()) {
      if (instance.step(Role.FREED).isPresent()) {
        Step freed = instance.step(Role.FREED).get();
        PageRange blocks = freed.place().blocks().getFirst();
        String line = trace.get((int) freed.stamp().source().line() - 1);
        assertTrue(
            line.contains(" block " + blocks.first() + " count " + blocks.count() + " "), line);
        for (PageRange pinned : instance.place().blocks()) {
          assertTrue(blocks.contains(pinned.first()) && blocks.contains(pinned.last()));
        }
      }
    }
  }

  private static List<String> lines(Path trace) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LineSource in = TraceFile.lines(trace, new Diagnostics())) {
      for (String line = in.next(); line != null; line = in.next()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
