package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.rule.Rules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is followed is judged as one that is read afterwards. */
class LiveAuditTest {
  @Test
  void saysOfTheEndWhatLivedAtTheLastMoment() {
    LiveState last = new LiveState(5_000, 10, 0, 2, 700, 0);
    LiveState end = new LiveState(Long.MAX_VALUE, 12, 1, 3, Long.MAX_VALUE - 4_300, 1);
    assertEquals(new LiveState(5_000, 12, 1, 2, 700, 1), last.atEnd(end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-5.10.223-ext4-near-miss",
        "linux-6.1.192-bpftrace",
        "linux-6.1.192-java-dma",
        "linux-6.1.192-xfs-truncate",
        "linux-6.12.95-ext4-stall",
        "linux-6.18-cut-by-others",
        "linux-6.18-jvm-only",
      })
  void findsWhatAnAuditOfTheWholeRunFinds(String run) throws IOException {
    Path directory = Path.of("src/test/resources/runs", run);
    Audit whole = Audit.of(Inputs.of(List.of(directory)));
    try (LiveAudit live = new LiveAudit(directory, Rules::all)) {
      Audit followed = live.finish();
      assertEquals(whole.findings(), followed.findings());
      assertEquals(whole.verdict(), followed.verdict());
      assertEquals(whole.faults(), followed.faults());
      assertEquals(whole.kernelEvents(), followed.kernelEvents());
      assertEquals(whole.javaCalls(), followed.javaCalls());
      assertEquals(whole.startNanos(), followed.startNanos());
      assertEquals(whole.endNanos(), followed.endNanos());
      assertEquals(0, live.state().lateCalls());
    }
  }
}
