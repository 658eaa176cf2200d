package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReusedWhilePinnedTest {
  private static List<String> verdicts(String story) {
    return Story.verdicts(story).stream().filter(name -> name.startsWith("Reused")).toList();
  }

  @Test
  void namesTheVictim() {
    Finding finding =
        Story.findings(
                "T1 page f 0 100+4; T1 call vmsplice f; T1 pin 100+4; T1 end; T1 call delete f;"
                    + "T1 evict f; T1 free f 100+4; T1 end; T2 alloc g 98+8; T1 drop 100+4")
            .getLast();
    assertEquals("ReusedWhilePinned", finding.rule());
    Finding.Instance instance = finding.first();
    Step reused = instance.step(Step.Role.REUSED).orElseThrow();
    assertEquals(13, reused.place().file().id().inode());
    assertEquals(12, instance.place().file().id().inode());
    assertEquals("delete", instance.step(Step.Role.FREED).orElseThrow().actor().operation());
    assertEquals(4, instance.place().blockCount());
    assertTrue(instance.ended());
  }

  @Test
  void tellsVictimWithTheSameInodeNumberApart() {
    Finding.Instance instance =
        Story.findings("T1 pin 100; T1 evict f; T1 free f 100; T2 alloc f 100; T1 drop 100")
            .getLast()
            .first();
    assertEquals(0, instance.place().file().generation());
    assertEquals(1, instance.step(Step.Role.REUSED).orElseThrow().place().file().generation());
  }

  @Test
  void tellsApartWhatOneAllocationTakesFromSeveralFiles() {
    Finding finding =
        Story.findings(
                "T1 pin 100+6; T1 free f 100+2; T1 free h 102+4; T2 alloc g 100+6; T1 drop 100+6")
            .getLast();
    assertEquals(2, finding.instances().size());
    assertEquals("[100-101]", finding.instances().get(0).place().blocks().toString());
    assertEquals(12, finding.instances().get(0).place().file().id().inode());
    assertEquals("[102-105]", finding.instances().get(1).place().blocks().toString());
    assertEquals(14, finding.instances().get(1).place().file().id().inode());
  }

  @Test
  void reportsReuseWhoseFreeWasNotSeen() {
    assertEquals(List.of("ReusedWhilePinned"), verdicts("T1 pin 100; T2 alloc g 100; T1 drop 100"));
  }

  /** An extent that grows is told as a whole, also what the file had before. */
  @Test
  void takesAnExtentForReuseOnceIfItWasFreedUnderThePin() {
    Finding finding =
        Story.findings(
                "T1 pin 100; T1 free f 100; T2 extent g 90+20 new; T2 extent g 90+40; T1 drop 100")
            .getLast();
    assertEquals("ReusedWhilePinned", finding.rule());
    assertEquals(1, finding.instances().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin 100; T1 free f 100; T1 drop 100; T2 alloc g 100",
        "T1 pin 100; T1 free f 100; T2 alloc g 101; T1 drop 100",
        "T1 pin 100; T1 free f 100; T2 alloc B:g 100; T1 drop 100",
        "T1 alloc f 100; T1 pin 100; T1 drop 100",
        "T1 pin 100; T1 extent f 90+20; T1 drop 100",
        "T1 pin 100; T1 extent f 90+20; T1 extent f 90+40; T1 drop 100",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), verdicts(story));
  }
}
