package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnmappedWhilePinnedTest {
  private static final String MAP = "T1 map f 0+8 @100; ";

  @Test
  void countsMemoryOfNoFileThatIsFreedUnderARequest() {
    Finding finding = Story.findings("T1 freed io_uring read").getFirst();
    assertEquals("UnmappedWhilePinned", finding.rule());
    assertEquals(
        "io_uring read",
        finding.first().step(Step.Role.TRANSFERRED).orElseThrow().actor().operation());
    assertEquals(
        "Arena.close", finding.first().step(Step.Role.UNMAPPED).orElseThrow().actor().operation());
  }

  @Test
  void namesTheIoAndTheUnmapping() {
    Finding finding =
        Story.findings(
                MAP
                    + "T1 io pread f 2+4 @102 with disk direct; T2 unmap @100+8; T2 end;"
                    + " T3 sleep 30; T1 end")
            .getFirst();
    assertEquals("UnmappedWhilePinned", finding.rule());
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(Certainty.OBSERVED, finding.certainty());
    assertEquals("[8192-24575]", finding.first().place().ranges().toString());
    assertEquals(32_000_000, finding.first().nanos());
    assertEquals("disk", finding.first().storage().orElseThrow().path());
    assertEquals("map", finding.first().step(Step.Role.MAPPED).orElseThrow().actor().operation());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io read f 0+4 @100 direct id=7; T1 end; T1 unmap @100+8; T1 end; T1 reaped 7",
        "T1 io read f 0+4 @100 direct id=7; T1 end; T1 unmap @100+1; T1 end",
        "T1 register f 0+4 @100 id=3; T1 end; T1 unmap @100+8; T1 end; T1 unregister 3",
        "T1 io pread f 0+4 @100; T2 unmap @100+8; T2 end; T1 end",
        "T1 page f 0 100+8; T1 enter io_uring_enter; T1 pin 102; T1 leave io_uring_enter;"
            + " T1 unmap @100+8; T1 end; T1 drop 102",
      })
  void reportsAsynchronousIo(String story) {
    assertEquals(List.of("UnmappedWhilePinned OBSERVED"), Story.verdicts(MAP + story));
    assertEquals(
        1, Story.findings(MAP + story).getFirst().count(), "once, by the JVM or by the kernel");
  }

  /** The second unmapping is of another file, which was mapped where the first had been. */
  @Test
  void tellsOfEachIoOnceWhoeverMapsAtItsAddressesLater() {
    List<Finding> findings =
        Story.findings(
            MAP
                + "T1 io read f 0+4 @100 direct id=7; T1 end; T1 unmap @100+8; T1 end;"
                + " T2 map g 0+8 @100; T2 unmap @100+8; T2 end; T1 reaped 7");
    assertEquals(1, findings.size());
    assertEquals(1, findings.getFirst().count());
  }

  @Test
  void countsEachPartOfItsMemoryThatIsUnmapped() {
    List<Finding> findings =
        Story.findings(
            MAP
                + "T1 io read f 0+4 @100 direct id=7; T1 end; T1 unmap @100+2; T1 end;"
                + " T1 unmap @102+6; T1 end; T1 reaped 7");
    assertEquals(1, findings.size());
    assertEquals(2, findings.getFirst().count());
  }

  @Test
  void isOnlyPossibleIfTheIoEndedMeanwhile() {
    assertEquals(
        List.of("UnmappedWhilePinned MAY_HAVE_WAITED"),
        Story.verdicts(MAP + "T1 io pread f 0+4 @100; T2 unmap @100+8; T1 end; T2 end"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pread f 0+4 @100 direct; T1 end; T2 unmap @100+8; T2 end",
        "T1 io pread f 0+4 @100 direct; T2 unmap @104+4; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 unmap @96+4; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 unmap @100+8 failed; T2 end; T1 end",
        "T1 io vmsplice f 0+4 @100 with pipe; T1 end; T1 unmap @100+8; T1 end",
        "T1 io read f 0+4 @100 direct id=7; T1 end; T1 reaped 7; T1 unmap @100+8; T1 end",
        "T1 register f 0+4 @100 id=3; T1 end; T1 unregister 3; T1 unmap @100+8; T1 end",
        "T1 page f 0 100+8; T1 enter io_uring_enter; T1 pin 102; T1 leave io_uring_enter;"
            + " T1 drop 102; T1 unmap @100+8; T1 end",
        "T1 page g 0 100+8; T1 enter io_uring_enter; T1 pin 102; T1 leave io_uring_enter;"
            + " T1 unmap @100+8; T1 end; T1 drop 102",
        "T1 page f 0 100+8; T1 enter vmsplice; T1 pin 102; T1 leave vmsplice;"
            + " T1 unmap @100+8; T1 end; T1 drop 102",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(MAP + story));
  }
}
