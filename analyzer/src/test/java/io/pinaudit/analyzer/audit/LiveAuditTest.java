package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.rule.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** A late event has the run judged anew, of which only the last lines are left by then. */
  @Test
  void keepsWhatWasFoundInAPartThatWasDroppedMeanwhile(@TempDir Path folder) throws IOException {
    Path run = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");
    for (String file : List.of("app.jfr", "kernel.ftrace", "run.json")) {
      Files.copy(run.resolve(file), folder.resolve(file));
    }
    List<Finding> found = Audit.of(Inputs.of(List.of(run))).findings();
    Path trace = folder.resolve("kernel.ftrace");
    try (LiveAudit live = new LiveAudit(folder, Rules::all)) {
      live.step();
      assertEquals(prints(found), prints(live.findings()));
      List<String> lines = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
      String late = lines.get(lines.size() / 2) + "\n";
      byte[] bytes = Files.readAllBytes(trace);
      Arrays.fill(bytes, 0, bytes.length - 500, (byte) 0);
      Files.write(trace, bytes);
      Files.writeString(trace, late, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
      Audit end = live.finish();
      assertEquals(prints(found), prints(end.findings()));
      assertTrue(end.kernelEvents() < 20, end.kernelEvents() + " events were judged anew");
    }
  }

  private static List<String> prints(List<Finding> findings) {
    return findings.stream().map(one -> one.fingerprint() + " " + one.count()).toList();
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
