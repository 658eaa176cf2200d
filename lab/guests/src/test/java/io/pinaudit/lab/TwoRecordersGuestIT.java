package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.DemoRun.Variant;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Records samples and their near misses with both recorders, and with tracefs in both formats, in
 * one boot: the findings must be the same. The guest runs the machine's own bpftrace.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoRecordersGuestIT {
  private static final List<String> SAMPLES =
      List.of("vmsplice-then-delete", "truncate-while-mapped");

  private static final Map<String, List<String>> RECORDERS =
      Map.of(
          "bpftrace", List.of("--recorder", "bpftrace"),
          "tracefs", List.of("--recorder", "tracefs"),
          "text", List.of("--recorder", "tracefs", "--kernel-format", "text"));

  private final List<DemoRun> runs = new ArrayList<>();

  @BeforeAll
  void recordAll() throws Exception {
    GuestMachine.assumeUsable();
    Console console = new Console(System.out, System.err, false);
    new HostPackages(console).require(List.of("bpftrace"));
    Installation installation = Installation.current();
    Path parent = Path.of("target/guest-tests/bpftrace").toAbsolutePath();
    FileTree.delete(parent);
    Files.createDirectories(parent);
    for (DemoSample sample : DemoSample.all(installation.home())) {
      if (SAMPLES.contains(sample.name())) {
        add(sample, parent);
      }
    }
    GuestMachine.record(runs, parent);
  }

  private void add(DemoSample sample, Path parent) {
    for (String recorder : RECORDERS.keySet()) {
      Path folder = parent.resolve(sample.name() + "-" + recorder);
      List<String> options = RECORDERS.get(recorder);
      runs.add(new DemoRun(sample, Variant.BROKEN, folder, options));
      if (!recorder.equals("text")) {
        Path nearMiss = folder.resolveSibling(folder.getFileName() + "-near-miss");
        runs.add(new DemoRun(sample, Variant.NEAR_MISS, nearMiss, options));
      }
    }
  }

  private List<DemoRun> of(String recorder, Variant variant) {
    return runs.stream()
        .filter(run -> run.variant() == variant && run.options().equals(RECORDERS.get(recorder)))
        .toList();
  }

  private static Audit audit(DemoRun run) throws IOException {
    return Audit.of(Inputs.of(List.of(run.directory())));
  }

  /** What must not depend on the recorder: blocks and times differ from run to run. */
  private record Gist(String rule, String certainty, String fingerprint, long count, long blocks) {
    static Gist of(Finding finding) {
      return new Gist(
          finding.rule(),
          finding.certainty().name(),
          finding.fingerprint(),
          finding.count(),
          finding.first().place().blocks().stream().mapToLong(blocks -> blocks.count()).sum());
    }
  }

  private static List<Gist> gists(DemoRun run) throws IOException {
    return audit(run).findings().stream().map(Gist::of).toList();
  }

  @Test
  void bothRecordersFindTheSame() throws IOException {
    List<DemoRun> bpftrace = of("bpftrace", Variant.BROKEN);
    List<DemoRun> tracefs = of("tracefs", Variant.BROKEN);
    List<DemoRun> text = of("text", Variant.BROKEN);
    assertEquals(SAMPLES.size(), bpftrace.size());
    for (int i = 0; i < bpftrace.size(); i++) {
      List<Gist> found = gists(bpftrace.get(i));
      assertFalse(found.isEmpty(), bpftrace.get(i).title());
      assertEquals(gists(tracefs.get(i)), found, tracefs.get(i).title());
      assertEquals(gists(text.get(i)), found, text.get(i).title());
    }
  }

  @Test
  void bothSeeTheWholeRun() throws IOException {
    for (DemoRun run : runs) {
      Audit audit = audit(run);
      assertEquals(List.of(), audit.verdict().reasons(), run.directory().toString());
      assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
    }
  }

  @Test
  void nearMissesAreClean() throws IOException {
    for (DemoRun run : of("bpftrace", Variant.NEAR_MISS)) {
      assertEquals(List.of(), audit(run).findings(), run.title());
    }
  }

  /** The clock of an old bpftrace is ahead by the time suspended: none in the guest. */
  @Test
  void describesItsClock() throws IOException {
    RunDescription run =
        RunDescriptionReader.read(of("bpftrace", Variant.BROKEN).getFirst().directory());
    assertEquals("kernel.bpftrace", run.kernel().traceFile());
    assertTrue(Math.abs(run.kernel().clockAheadNanos()) < 1_000_000);
  }
}
