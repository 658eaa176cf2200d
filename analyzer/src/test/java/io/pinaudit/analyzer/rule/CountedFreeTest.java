package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel's side tells where no pin is recorded. */
class CountedFreeTest {
  private static final List<String> FREED = List.of("FreedWhilePinned");

  private static String operation(Finding.Instance instance, Step.Role role) {
    return instance.step(role).orElseThrow().actor().operation();
  }

  @Test
  void hasBothLinesOfJava() {
    Finding finding =
        Story.findings(
                "hazards; T1 io read f 0+16 @0 with C:g 0 direct; T2 delete f; T2 evict f;"
                    + "T2 left f 0 100+16; T2 free f 90+40; T2 end; T1 end")
            .getFirst();
    Finding.Instance instance = finding.first();
    assertEquals("FreedWhilePinned", finding.rule());
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertEquals("read", operation(instance, Step.Role.PINNED));
    assertEquals("delete", operation(instance, Step.Role.FREED));
    assertEquals(16, instance.step(Step.Role.COUNTED).orElseThrow().count());
    assertEquals(List.of(new PageRange(100, 16)), instance.place().blocks());
    assertEquals("0-65535", instance.place().ranges().getFirst().toString());
    assertTrue(instance.ended());
    assertTrue(instance.nanos() > 0);
  }

  @Test
  void namesWhoFreesByTheStackOfTheKernel() {
    Finding.Instance instance =
        Story.findings(
                "hazards; T1 io vmsplice f 0+1 @0 with pipe; T1 end; T9 left f 0 100;"
                    + "T9 free f 100")
            .getFirst()
            .first();
    assertEquals("ftruncate(2)", operation(instance, Step.Role.FREED));
    assertEquals("vmsplice", operation(instance, Step.Role.PINNED));
    assertFalse(instance.ended(), "nobody sees who reads the pipe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hazards; T2 left f 0 100; T2 free f 100",
        "hazards; T2 evict f; T2 left f 0 100; T9 free f 100",
        "hazards; T2 left f 0 512+512; T2 free f 512+512",
        "counted; T2 left f 0 100; T2 free f 100",
        "counted; T1 pin 100; T2 left f 0 100; T2 free f 100; T1 drop 100",
      })
  void needsNoHolder(String story) {
    assertEquals(FREED, Story.verdicts(story));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hazards; T2 free f 100",
        "hazards; T2 left f 0 100; T2 free f 99; T2 free f 101",
        "hazards; T2 left f 0 100; T2 free B:f 100",
        "hazards; T2 left f 0 100; T3 free f 100",
        "hazards; T2 evict f; T2 left f 0 100; T9 free g 100",
        "hazards; T2 zero f 0+16; T2 left f 0 100; T2 end; T2 cut f 0; T2 free f 100; T2 end",
        "hazards; T2 left f 0 100; T2 evict f; T2 free f 100",
        "hazards; T2 left f 0 100; T2 enter ftruncate; T2 free f 100",
        "hazards; T2 left f 0 100; T2 sleep 11000; T2 free f 100",
        "hazards; T2 left f 0 512+512; T2 free f 1024+8; T2 free f 500+12",
        "hazards; T1 io vmsplice f 0+1 @0 with pipe; T1 end; T2 delete f; T2 evict f; T2 free f"
            + " 100;T2 end",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }

  @Test
  void countsADepartureOnceHoweverOftenItsBlockIsFreed() {
    Finding finding =
        Story.findings(
                "hazards; T2 evict f; T2 left f 0 100; T2 free f 100; T2 sleep 40; T2 free f 100")
            .getFirst();
    assertEquals(1, finding.count());
  }

  @Test
  void isUnsureOfAnIoThatEndedBeforeTheFree() {
    assertEquals(
        List.of("FreedWhilePinned COUNTED_EARLIER"),
        Story.verdicts(
            "hazards; T1 io read f 0+1 @0 with C:g 0 direct; T2 left f 0 100; T1 end;"
                + "T2 free f 100"));
  }

  @Test
  void isUnsureWhichPartOfAHugePageWasHeld() {
    assertEquals(
        List.of("FreedWhilePinned RANGE_UNKNOWN"),
        Story.verdicts("hazards; T2 left f 0 512+512; T2 free f 600+10"));
  }

  @Test
  void namesTheHolderThatAWaitIsFor() {
    Finding finding =
        Story.findings(
                "hazards; T1 io vmsplice f 0+1 @0 with pipe; T1 end; T2 break f; T2 busy 100;"
                    + "T2 sleep 40; T2 unbreak")
            .getFirst();
    assertEquals("TruncateStalledByPin", finding.rule());
    assertEquals(Certainty.OBSERVED, finding.certainty());
    assertEquals("vmsplice", operation(finding.first(), Step.Role.PINNED));
    assertEquals(
        List.of(),
        Story.verdicts(
            "hazards; T1 io vmsplice f 0+1 @0 with pipe; T1 end; T2 break f; T2 unbreak"));
  }

  @Test
  void namesTheHolderWhileTheWaitGoesOn() {
    Finding finding =
        Story.findings(
                "hazards; T1 io vmsplice f 0+1 @0 with pipe; T1 end; T2 break f; T2 busy 100;"
                    + "T2 sleep 40")
            .getFirst();
    assertEquals("TruncateStalledByPin", finding.rule());
    assertEquals("vmsplice", operation(finding.first(), Step.Role.PINNED));
  }

  @Test
  void tellsWhoeverRemovesCachedPagesUnderAnIo() {
    Finding finding =
        Story.findings(
                "hazards; T1 io read C:f 0+16 @0 with g 0 direct; T9 orphan C:f 0 100;"
                    + "T9 orphan C:f 1 101; T1 end")
            .getFirst();
    assertEquals("OrphanedWhilePinned", finding.rule());
    assertEquals(Certainty.OBSERVED, finding.certainty());
    assertEquals("0-8191", finding.first().place().ranges().getFirst().toString());
    assertEquals(2, finding.first().step(Step.Role.ORPHANED).orElseThrow().count());
    assertEquals(9, finding.first().step(Step.Role.ORPHANED).orElseThrow().actor().tid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hazards; T9 orphan C:f 0 100",
        "hazards; T1 io read C:f 0+16 @0 with g 0 direct; T9 orphan C:f 16 116; T1 end",
        "hazards; T1 io read C:f 0+16 @0 with g 0 direct; T9 orphan C:h 0 100; T1 end",
        "hazards; T1 io read C:f 0+16 @0 with g 0 direct; T1 end; T9 orphan C:f 0 100",
        "hazards; T1 io read C:f 0+16 @0 with g 0; T9 orphan C:f 0 100; T1 end",
        "hazards; T1 io vmsplice C:f 0+1 @0 with pipe; T1 end; T2 delete C:f; T2 end",
      })
  void isSilentOfOtherRemovals(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }
}
