package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules about DAX files say when there is no kernel's side. */
class LogicalJoinTest {
  private static final String MAP = "jvm; T1 map f 0+8 @100; T1 unmap @100+8; T1 end; ";

  private static List<String> verdicts(String story) {
    return Story.verdicts(MAP + story);
  }

  @Test
  void observesThatTheTruncateDidNotWait() {
    String story =
        "T1 io pread f 2+4 @102 with disk 0 direct; T2 cut f 0; T2 end; T3 sleep 5; T1 end";
    assertEquals(List.of("FreedWhilePinned OBSERVED"), verdicts(story));
    Finding finding = Story.findings(MAP + story).getFirst();
    assertEquals(Severity.CRITICAL, finding.severity());
    assertEquals("[8192-24575]", finding.first().place().ranges().toString());
    assertEquals("cut", finding.first().step(Step.Role.CUT).orElseThrow().actor().operation());
    assertEquals(7_000_000, finding.first().nanos());
  }

  @ParameterizedTest
  @CsvSource({
    "T1 io vmsplice f 0+4 @100 with pipe; T1 end; T2 delete f; T2 end, PERHAPS_OPEN READER_UNSEEN",
    "T1 io pread f 0+4 @100 direct; T2 delete f; T2 end; T1 end, PERHAPS_OPEN",
  })
  void isOnlyPossibleWhenThePipeMayBeEmptyOrTheFileOpen(String story, String doubts) {
    assertEquals(List.of("FreedWhilePinned " + doubts), verdicts(story));
  }

  @Test
  void observesAWaitThatEndedWithTheIo() {
    String story = "T1 io pread f 0+4 @100 direct; T2 cut f 0; T3 sleep 99; T1 end; T2 end";
    assertEquals(List.of("TruncateStalledByPin OBSERVED"), verdicts(story));
    assertEquals(102_000_000, Story.findings(MAP + story).getFirst().first().nanos());
  }

  @Test
  void tellsAFileWithTheInodeNumberOfADeletedOneApart() {
    List<Finding> findings =
        Story.findings(
            MAP
                + "T1 io vmsplice f 0+4 @100 with pipe; T1 end; T2 delete f; T2 end;"
                + "T1 io vmsplice f 0+4 @100 with pipe; T1 end; T2 delete f; T2 end");
    assertEquals(2, findings.getFirst().count());
    assertEquals(0, findings.getFirst().instances().get(0).place().file().generation());
    assertEquals(1, findings.getFirst().instances().get(1).place().file().generation());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pread f 0+4 @100 direct; T1 end; T2 cut f 0; T2 end",
        "T1 io pread f 0+4 @100; T2 cut f 0; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 cut f 4; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 zero f 0+4; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 cut B:f 0; T2 end; T1 end",
        "T1 io pread f 0+4 @100 direct; T2 delete f links=2; T2 end; T1 end",
        "T1 io vmsplice f 0+4 @100 with pipe; T1 end; T2 cut f 4; T2 end",
        "T1 io vmsplice g 0+4 @100 with pipe; T1 end; T2 delete f; T2 end",
        "T1 io pread f 0+4 @100 direct; T2 cut f 0; T1 end; T3 sleep 99; T2 end",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), verdicts(story));
  }

  @Test
  void leavesToTheKernelWhatTheKernelTells() {
    String story = "T1 io pread f 0+4 @100 direct; T2 cut f 0; T2 end; T1 end";
    assertTrue(Story.verdicts(story).isEmpty());
  }
}
