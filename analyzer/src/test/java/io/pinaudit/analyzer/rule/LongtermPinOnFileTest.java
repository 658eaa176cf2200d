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

class LongtermPinOnFileTest {
  @Test
  void warnsOfRefusedRegistration() {
    Finding finding =
        Story.findings("T1 map f 0+8 @100; T1 register f 0+4 @100 id=1 longterm failed; T1 end")
            .getFirst();
    assertEquals("LongtermPinOnFile", finding.rule());
    assertEquals(Severity.WARNING, finding.severity());
    assertEquals("[0-16383]", finding.first().place().ranges().toString());
    assertEquals("map", finding.first().step(Step.Role.MAPPED).orElseThrow().actor().operation());
  }

  @Test
  void isAnErrorIfGranted() {
    Finding finding = Story.findings("T1 register f 0+4 @100 id=1 longterm; T1 end").getFirst();
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(Certainty.OBSERVED, finding.certainty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 register - 0+4 @100 id=1 longterm; T1 end",
        "T1 register f 0+4 @100 id=1; T1 end",
        "T1 io pread f 0+4 @100 direct; T1 end",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }
}
