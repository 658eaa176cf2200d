package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final String TWICE =
      "T1 call read f; T1 pin 100; T1 end; T2 call cut; T2 free f 100; T2 end; T1 drop 100;"
          + "T1 call read f; T1 pin 100; T1 end; T2 call cut; T2 free f 100; T2 end; T1 sleep 50;"
          + "T1 drop 100;";

  @Test
  void countsAndKeepsFirstAndWorst() {
    Finding finding = Story.findings(TWICE).getFirst();
    assertEquals(2, finding.count());
    assertEquals(2_000_000, finding.first().nanos());
    assertEquals(53_000_000, finding.worst().nanos());
    assertEquals(List.of(finding.first(), finding.worst()), finding.instances());
  }

  @Test
  void showsTheSurestInstance() {
    Finding finding =
        Story.findings(
                "T1 call read f; T1 pin 100; T1 end; T2 call cut; T2 free f 100; T2 end;"
                    + " T1 lost; T1 drop 100;"
                    + TWICE)
            .getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertEquals(Certainty.CONFIRMED, finding.first().certainty());
  }

  @Test
  void keepsNoMoreInstancesThanAReportCanUse() {
    Finding finding = Story.findings(TWICE.repeat(200)).getFirst();
    assertEquals(400, finding.count());
    assertEquals(Finding.KEPT, finding.instances().size());
  }

  @Test
  void numbersFindingsInOrder() {
    List<Finding> findings =
        Story.findings("T1 pin 100; T2 free f 100; T3 alloc g 100; T1 drop 100");
    assertEquals(List.of("F1", "F2"), findings.stream().map(Finding::id).toList());
  }

  @Test
  void recognizesFindingsWhateverTimesThreadsAndBlocks() {
    String print = Story.findings(TWICE).getFirst().fingerprint();
    assertTrue(print.matches("[0-9a-f]{16}"), print);
    assertEquals(
        print,
        Story.findings(
                "T9 sleep 7; T9 call read B:h; T9 pin B:7; T9 end; T8 call cut; T8 free B:h 7;"
                    + " T8 end")
            .getFirst()
            .fingerprint());
    assertNotEquals(print, Story.findings(TWICE.replace("cut", "trim")).getFirst().fingerprint());
  }

  @Test
  void fingerprintsLeaveOutWhatMoves() {
    Actor.Site line7 = site("read", new Frame("app.Main", "lambda$run$0", 7));
    assertEquals(
        Fingerprint.of("R", line7, site("kworker/1:2")),
        Fingerprint.of(
            "R",
            site(
                "read",
                new Frame("sun.nio.ch.IOUtil", "read", 3),
                new Frame("app.Main", "lambda$run$1", 80)),
            site("kworker/0:7")));
    assertNotEquals(Fingerprint.of("R", line7, null), Fingerprint.of("R", null, line7));
    assertNotEquals(Fingerprint.of("R", line7, null), Fingerprint.of("S", line7, null));
  }

  @Test
  void tellsFindingsOfOneMethodApart() {
    List<Finding> findings =
        Story.findings(
            "T1 call read f; T1 pin 100; T1 end; T2 call cut:8; T2 free f 100; T2 end;"
                + " T2 call cut:9; T2 free f 100; T2 end; T1 drop 100");
    assertEquals(2, findings.size());
    assertEquals(findings.get(0).fingerprint() + "-2", findings.get(1).fingerprint());
  }

  @Test
  void namesBothEndpoints() {
    Finding.Instance instance =
        Story.findings("T1 call read f disk; T1 pin 100; T1 end; T2 free f 100; T1 drop 100")
            .getFirst()
            .first();
    assertEquals("/dax/f", instance.buffer().orElseThrow().path());
    assertEquals("[0-4095]", instance.buffer().orElseThrow().ranges().toString());
    assertEquals("disk", instance.storage().orElseThrow().path());
    Finding.Instance kernelOnly =
        Story.findings("T1 page f 3 100; T1 pin 100; T2 free f 100; T1 drop 100")
            .getFirst()
            .first();
    assertEquals(12, kernelOnly.buffer().orElseThrow().file().inode());
    assertEquals("[12288-16383]", kernelOnly.buffer().orElseThrow().ranges().toString());
    assertTrue(kernelOnly.storage().isEmpty());
  }

  private static Actor.Site site(String operation, Frame... frames) {
    return new Actor.Site(operation, List.of(frames));
  }
}
