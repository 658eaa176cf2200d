package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.PageRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audits small runs of several kernels and file systems; the ORIGIN.md of each tells its truth. */
class KernelRunsTest {
  private static Audit audit(String run) throws IOException {
    return Audit.of(Inputs.of(List.of(Path.of("src/test/resources/runs", run))));
  }

  @ParameterizedTest
  @CsvSource({
    "linux-5.10.223-ext4-truncate, FreedWhilePinned",
    "linux-5.10.223-ext4-near-miss, ''",
    "linux-6.12.95-ext4-truncate, FreedWhilePinned",
    "linux-6.12.95-ext4-stall, TruncateStalledByPin",
    "linux-7.2.12-ext4-stall, TruncateStalledByPin",
    "linux-6.1.192-bpftrace, FreedWhilePinned ReusedWhilePinned",
    "linux-6.1.192-xfs-truncate, FreedWhilePinned ReusedWhilePinned",
    "linux-6.1.192-xfs-unlink, FreedWhilePinned",
  })
  void findsTheTruthAndNothingElse(String run, String rules) throws IOException {
    Audit audit = audit(run);
    List<String> found = audit.findings().stream().map(Finding::rule).toList();
    assertEquals(rules, String.join(" ", found));
    audit
        .findings()
        .forEach(finding -> assertEquals(Certainty.CONFIRMED, finding.certainty(), finding.rule()));
    assertEquals(0, audit.diagnostics().total(), () -> audit.diagnostics().shown().toString());
  }

  /** The program tells its blocks: 32372..32379. */
  @ParameterizedTest
  @CsvSource("linux-6.1.192-xfs-unlink")
  void putsTheBackgroundFreeDownToWhoDeletedTheFile(String run) throws IOException {
    Finding.Instance free = audit(run).findings().getFirst().first();
    assertEquals(List.of(new PageRange(32372, 8)), free.place().blocks());
    assertEquals("munmap(2)", free.step(Step.Role.FREED).orElseThrow().actor().operation());
  }
}
