package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncateStalledByPinTest {
  @Test
  void measuresTheWaitAndNamesTheHolder() {
    Finding finding =
        Story.findings(
                "T1 call vmsplice f; T1 pin 100+2; T1 end; T2 call truncate f; T2 break f; T2 busy"
                    + " 100;T2 sleep 2000; T1 drop 100; T2 busy 101; T1 drop 101; T2 unbreak; T2"
                    + " end;T2 free f 100+2")
            .getFirst();
    assertEquals("TruncateStalledByPin", finding.rule());
    assertEquals(Severity.WARNING, finding.severity());
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    Finding.Instance instance = finding.first();
    assertEquals(2_006_000_000L, instance.nanos());
    assertEquals(2, instance.place().blockCount());
    assertEquals("vmsplice", instance.step(Step.Role.PINNED).orElseThrow().actor().operation());
    assertEquals("truncate", instance.step(Step.Role.STALLED).orElseThrow().actor().operation());
  }

  @Test
  void tellsAllPagesThatTheHolderHasOfTheFile() {
    Finding finding =
        Story.findings(
                "T1 page f 0 100+16; T1 page g 0 200; T1 call vmsplice f; T1 pin 100+16; T1 end;"
                    + "T1 call vmsplice g; T1 pin 200; T1 end; T2 break f; T2 busy 103; T2 sleep 9;"
                    + "T1 drop 100+16; T2 unbreak; T1 drop 200")
            .getFirst();
    assertEquals("[100-115]", finding.first().place().blocks().toString());
    assertEquals("[0-65535]", finding.first().place().ranges().toString());
  }

  @Test
  void infersTheHolderWhereTheTraceDoesNotNameTheBusyPage() {
    String wait =
        "nobusy; T1 page f 0 100; T1 page g 0 200; T1 call lend f; T1 pin 100; T1 end; T2 break f;"
            + " T2 sleep 99;";
    Finding finding = Story.findings(wait + "T1 drop 100; T2 unbreak").getFirst();
    assertEquals(Certainty.OBSERVED, finding.certainty());
    assertEquals("lend", finding.first().step(Step.Role.PINNED).orElseThrow().actor().operation());
    assertEquals(102_000_000, finding.first().nanos());
    assertFalse(Story.findings(wait).getFirst().first().ended());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nobusy; T1 pin 100; T2 break f; T1 drop 100; T2 sleep 99; T2 unbreak",
        "nobusy; T1 page g 0 100; T1 pin 100; T2 break f; T2 sleep 99; T1 drop 100; T2 unbreak",
        "nobusy; T1 pin 100; T2 break f; T2 sleep 99; T2 unbreak; T1 drop 100",
        "nobusy; T2 break f; T1 pin 100; T2 sleep 99; T1 drop 100; T2 unbreak",
      })
  void infersNothingFromPinsThatDidNotHoldItUp(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }

  @Test
  void joinsWaitsThatSignalsInterrupt() {
    Finding finding =
        Story.findings(
                "T1 pin 100; T2 break f; T2 busy 100; T2 sleep 300; T2 signal; T2 break f; T2 busy"
                    + " 100;T2 sleep 300; T2 signal; T2 break f; T2 busy 100; T1 drop 100; T2"
                    + " unbreak")
            .getFirst();
    assertEquals(1, finding.instances().size());
    assertEquals(611_000_000, finding.first().nanos());
  }

  @Test
  void isAnErrorIfItNeverEnds() {
    Finding finding = Story.findings("T1 pin 100; T2 break f; T2 busy 100; T2 sleep 9").getFirst();
    assertEquals(Severity.ERROR, finding.severity());
    assertFalse(finding.first().ended());
  }

  @Test
  void isOnlyObservedWhenTheHolderIsNot() {
    assertEquals(
        List.of("TruncateStalledByPin OBSERVED"),
        Story.verdicts("T2 break f; T2 busy 100; T2 sleep 9; T2 unbreak"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin 100; T2 break f; T2 sleep 2000; T2 unbreak; T1 drop 100",
        "T1 pin 100; T1 drop 100; T2 break f; T2 unbreak",
        "T1 pin 100; T3 break g; T2 busy 100; T3 sleep 99; T3 unbreak; T1 drop 100",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }
}
