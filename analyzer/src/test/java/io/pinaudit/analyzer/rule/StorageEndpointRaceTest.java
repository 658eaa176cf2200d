package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageEndpointRaceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 cut C:g 10; T1 end; T2 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 punch C:g 8+1; T2 end; T1 end",
        "T1 io pread f 0+4 @100 with C:g 0 direct id=7; T1 end; T1 cut C:g 1; T1 reaped 7; T1 end",
        // By somebody else, or by native code of the JVM; some kernels tell of a cut twice.
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 cutting C:g 10; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 asks openat 0; T9 cutting C:g ?; T1 end",
        "T1 io pwrite f 0+4 @100 with D:g 8 direct; T9 asks openat 0; T9 losing D:g 0; T1 end",
        "T1 io pwrite f 0+4 @100 with D:g 8 direct; T9 enter openat; T9 asks openat 0;"
            + " T9 losing D:g 0; T1 end",
        "T1 io pread f 0+4 @100 with C:g 0 direct id=7; T1 end; T1 cutting C:g 1; T1 reaped 7",
      })
  void observesDirectIoInFlight(String story) {
    assertEquals(List.of("StorageEndpointRace OBSERVED"), Story.verdicts(story));
    assertEquals(Severity.WARNING, Story.findings(story).getFirst().severity());
  }

  @Test
  void namesWhoCutOnce() {
    Finding finding =
        Story.findings(
                "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 asks ftruncate 2; T9 cutting C:g ?;"
                    + " T9 cutting C:g 2; T1 end")
            .getFirst();
    assertEquals(1, finding.count());
    Actor cutter = finding.first().step(Step.Role.CUT).orElseThrow().actor();
    assertEquals("ftruncate(2)", cutter.operation());
    assertEquals(9, cutter.process().pid());
  }

  @Test
  void isToldOnceWhereTheKernelTellsOfTheJvmsOwnCut() {
    Finding finding =
        Story.findings(
                "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 cut C:g 10; T2 cutting C:g 10;"
                    + " T2 end; T1 end")
            .getFirst();
    assertEquals(1, finding.count());
  }

  @Test
  void isOnlyPossibleWhereTheOffsetIsNotKnown() {
    assertEquals(
        List.of("StorageEndpointRace RANGE_UNKNOWN"),
        Story.verdicts("T1 io write f 0+4 @100 with C:g direct; T2 cut C:g 1; T2 end; T1 end"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T1 end; T2 cut C:g 10; T2 end",
        "T1 io pwrite f 0+4 @100 with C:g 8; T2 cut C:g 10; T2 end; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 cut C:g 12; T2 end; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 punch C:g 4+4; T2 end; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 cut C:h 0; T2 end; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T2 delete C:g; T2 end; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T1 end; T9 cutting C:g 10",
        "T1 io pwrite f 0+4 @100 with C:g 8; T9 cutting C:g 10; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 cutting C:g 12; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 cutting C:h 0; T1 end",
        "T1 io pwrite f 0+4 @100 with D:g 8 direct; T9 asks openat 0; T9 enter fallocate;"
            + " T9 losing D:g 0; T1 end",
        "T1 io pwrite f 0+4 @100 with D:g 8 direct; T9 asks openat 0; T9 losing D:h 0;"
            + " T9 losing D:g 0; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 asks openat 0; T9 losing C:g 0; T1 end",
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T9 cutting C:g ?; T1 end",
        // ext4 cuts what a failed write has left behind the end.
        "T1 io pwrite f 0+4 @100 with C:g 8 direct; T1 cutting C:g 8; T1 end",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }
}
