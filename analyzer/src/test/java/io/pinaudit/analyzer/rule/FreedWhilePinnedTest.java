package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreedWhilePinnedTest {
  private static final List<String> ONE = List.of("FreedWhilePinned");

  @Test
  void reportsFreeBeforeDrop() {
    Finding finding =
        Story.findings(
                "T1 page f 0 100+16; T1 call vmsplice f; T1 pin 100+16; T1 end;"
                    + "T2 call delete; T2 free f 90+40; T2 end; T1 drop 100+16")
            .getFirst();
    assertEquals("FreedWhilePinned", finding.rule());
    assertEquals(Severity.CRITICAL, finding.severity());
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    Finding.Instance instance = finding.first();
    assertEquals(List.of(new PageRange(100, 16)), instance.place().blocks());
    assertEquals("0-65535", instance.place().ranges().getFirst().toString());
    assertTrue(instance.ended());
    assertEquals(2_000_000, instance.nanos());
    assertEquals(
        "vmsplice",
        instance.step(Step.Role.PINNED).orElseThrow().actor().call().operation().name());
    assertEquals(
        "delete", instance.step(Step.Role.FREED).orElseThrow().actor().call().operation().name());
    assertEquals(
        List.of(new PageRange(90, 40)),
        instance.step(Step.Role.FREED).orElseThrow().place().blocks());
  }

  @Test
  void putsABackgroundFreeDownToWhoDeletedTheFile() {
    Finding.Instance free =
        Story.findings(
                "T1 pin 100; T1 call delete f; T1 evict f; T1 end; T9 free f 100; T1 drop 100")
            .getFirst()
            .first();
    assertEquals("delete", free.step(Step.Role.FREED).orElseThrow().actor().operation());
    assertEquals(9, free.began().tid());
  }

  @Test
  void reportsPinThatIsNeverDropped() {
    Finding finding =
        Story.findings("T1 fill 7; T1 pin 100; T1 filled; T2 free f 100; T2 sleep 40").getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty(), "the bio still holds it");
    assertFalse(finding.first().ended());
    assertEquals(41_000_000, finding.first().nanos());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin 100+16; T1 drop 100+16; T2 free f 100+16",
        "T1 pin 100+16; T2 free f 99; T2 free f 116; T1 drop 100+16",
        "T1 pin 100+16; T2 free B:f 100+16; T1 drop 100+16",
        "T1 pin 100+16; T2 free C:f 100+16; T1 drop 100+16",
        "T2 free f 100+16; T1 pin 100+16; T1 drop 100+16",
        "T1 pin 100; T1 pin 100; T1 drop 100; T1 drop 100; T2 free f 100",
        "T1 pin! 100; T1 drop! 100; T2 free f 100",
        "T1 pin 100; T1 pin! 100; T3 idle 100; T2 free f 100",
        "T1 pin 100; T1 pin! 100; T3 drop! 100; T3 drop 100; T2 free f 100",
        "T1 pin 100 count=1; T1 drop 100 count=2; T2 free f 100",
        "T1 fill 7; T1 pin 100+16; T1 filled; T0 release 7; T2 free f 100+16",
        "T1 fill 7; T1 pin 100; T1 filled; T0 release 7; T0 drop 100 count=2; T2 free f 100",
        "T1 fill 7; T1 pin 100; T1 filled; T1 fill 7; T1 filled; T2 free f 100",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin 100; T1 pin 100; T1 drop 100; T2 free f 100",
        "T1 pin 100; T1 pin! 100; T1 drop! 100; T2 free f 100",
        "T1 pin! 100; T1 pin! 100; T3 drop! 100; T2 free f 100",
        "T1 pin 100+16; T1 drop 100+15; T2 free f 100+16",
        "T1 pin 100; T3 drop 101; T2 free f 100",
      })
  void countsPinsOfOnePage(String story) {
    assertEquals(ONE, Story.verdicts(story + "; T1 drop 100+16; T1 drop! 100"));
  }

  @Test
  void believesReferenceCountOverMissedDrops() {
    assertEquals(
        List.of(),
        Story.verdicts(
            "T1 pin 100 count=1; T1 pin 100 count=2; T1 drop 100 count=2; T2 free f 100"));
    assertEquals(
        List.of(),
        Story.verdicts(
            "T1 pin 100 count=1; T1 pin 100 count=1; T1 drop 100 count=2; T2 free f 100"));
  }

  @Test
  void believesReferenceCountOverMissedPins() {
    Finding finding =
        Story.findings("T1 pin 100 count=1; T1 drop 100 count=3; T2 free f 100").getFirst();
    assertEquals("FreedWhilePinned", finding.rule());
    assertTrue(finding.first().ambiguous());
  }

  /** Another thread splices the pipe's page on to a socket, whose reference no probe sees. */
  @Test
  void believesReferenceCountRightAfterAnotherThreadsPin() {
    Finding finding =
        Story.findings(
                "T1 pin 100 count=1; T1 lend 100 pipe=7; T2 return 100 pipe=7; T2 drop 100 count=3;"
                    + "T1 free f 100; T3 drop 100 count=2")
            .getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertTrue(finding.first().ambiguous());
  }

  @Test
  void leavesAPipesPinAloneWhenAnUnknownPipeLetsGo() {
    Finding.Instance instance =
        Story.findings(
                "T1 call vmsplice f; T1 pin 100; T1 lend 100 pipe=7; T1 end; T1 call tee f; T1 pin"
                    + " 100;T1 end; T3 return 100 pipe=8; T3 drop 100; T2 free f 100")
            .getFirst()
            .first();
    assertEquals("vmsplice", instance.step(Step.Role.PINNED).orElseThrow().actor().operation());
  }

  @Test
  void knowsByThePipeWhichOfTwoPinsLives() {
    String twoPipes =
        "T1 call first f; T1 pin 100 count=1; T1 lend 100 pipe=7; T1 end;"
            + "T1 call second f; T1 pin 100 count=2; T1 lend 100 pipe=8; T1 end;";
    for (int dropped : new int[] {7, 8}) {
      Finding.Instance instance =
          Story.findings(
                  twoPipes
                      + "T3 return 100 pipe="
                      + dropped
                      + "; T3 drop 100 count=3; T2 free f 100")
              .getFirst()
              .first();
      assertEquals(
          dropped == 7 ? "second" : "first",
          instance.step(Step.Role.PINNED).orElseThrow().actor().operation());
      assertFalse(instance.ambiguous());
    }
  }

  @Test
  void saysSoWhenItCannotKnowWhichOfTwoPinsLives() {
    Finding.Instance instance =
        Story.findings(
                "T1 call first f; T1 pin 100; T1 end; T1 call second f; T1 pin 100; T1 end;"
                    + "T3 drop 100; T2 free f 100")
            .getFirst()
            .first();
    assertTrue(instance.ambiguous());
  }

  /** Two threads read the count before either has changed it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin 100 count=1; T2 pin 100 count=1; T1 drop 100 count=3; T2 drop 100 count=3",
        "T1 pin 100 count=1; T2 pin 100 count=2; T2 drop 100 count=3; T1 drop 100 count=3",
      })
  void pairsPinsAndDropsThatRace(String story) {
    assertEquals(List.of(), Story.verdicts(story + "; T3 free f 100"));
    assertEquals(
        ONE,
        Story.verdicts(story.substring(0, story.lastIndexOf(';')) + "; T3 free f 100; T2 drop 100"),
        "before the second drop one pin is left");
  }

  @Test
  void isOnlyPossibleWhenTheDropMayHaveBeenMissed() {
    assertEquals(
        List.of("FreedWhilePinned END_UNTRACED"), Story.verdicts("T1 pin 100; T2 free f 100"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 fill 7; T1 pin 100; T1 filled; T3 fill 8; T3 pin 100; T3 filled; T0 release 7",
        "T1 fill 7; T1 pin 100; T1 filled; T3 pin 100; T3 lend 100 pipe=9; T0 release 7",
        "T1 fill 7; T1 pin 100 count=1; T1 filled; T3 sleep 20; T3 pin 100 count=2;"
            + "T3 lend 100 pipe=9; T0 release 7",
      })
  void keepsOtherPinsWhenABioReleases(String story) {
    Finding.Instance instance =
        Story.findings(story + "; T2 free f 100; T0 release 8; T3 drop 100").getFirst().first();
    assertEquals(3, instance.step(Step.Role.PINNED).orElseThrow().actor().tid());
    assertFalse(instance.ambiguous());
  }

  @Test
  void isOnlyPossibleWhenEventsWereLostSinceThePin() {
    assertEquals(
        List.of("FreedWhilePinned EVENTS_LOST"),
        Story.verdicts("T1 pin 100; T1 lost; T2 free f 100; T1 drop 100"));
    assertEquals(
        List.of("FreedWhilePinned EVENTS_LOST"),
        Story.verdicts("T1 pin 100; T2 free f 100; T1 lost; T1 drop 100"),
        "the loss may lie before the free");
    assertEquals(ONE, Story.verdicts("T1 lost; T1 pin 100; T2 free f 100; T1 drop 100"));
  }

  /** The kernel counts the hits that a probe missed, and does not tell when. */
  @Test
  void isOnlyPossibleWhenADropMayHaveBeenMissed() {
    String story = "T1 pin 100; T2 free f 100; T1 drop 100";
    assertEquals(List.of("FreedWhilePinned ENDS_MISSED"), Story.verdicts("missed-drops; " + story));
    assertEquals(ONE, Story.verdicts("missed-frees; " + story));
  }

  /** bpftrace is passed over in interrupts, where bios are released, and is not told of it. */
  @Test
  void believesInALiveBioOnlyIfItsReleaseIsSeenWhereNobodyCountsMisses() {
    String filled = "T1 fill 7; T1 pin 100; T1 filled; T2 free f 100";
    List<String> possible = List.of("FreedWhilePinned END_UNCOUNTED");
    assertEquals(ONE, Story.verdicts("counted; " + filled));
    assertEquals(possible, Story.verdicts("uncounted; " + filled));
    assertEquals(ONE, Story.verdicts("uncounted; " + filled + "; T0 release 7"));
    assertEquals(
        possible,
        Story.verdicts("uncounted; " + filled + "; T1 fill 7"),
        "it had gone before the bio was used again, and maybe before the free");
    assertEquals(
        possible,
        Story.verdicts("uncounted; " + filled + "; T3 pin 100 count=1"),
        "it had gone before the page was pinned again");
    assertEquals(
        ONE,
        Story.verdicts("uncounted; T1 pin 100; T1 lend 100 pipe=9; T2 free f 100"),
        "pipes are emptied by system calls");
  }

  @Test
  void isOnlyPossibleWhenTheClocksCannotTellWhichCameFirst() {
    assertEquals(
        List.of("FreedWhilePinned CLOCKS"),
        Story.verdicts("T1 pin 100; T2 free f 100; T2 meanwhile; T1 drop 100"));
  }

  @Test
  void tellsLinesOfCodeApart() {
    assertEquals(
        2,
        Story.findings(
                "T1 call read f; T1 pin 100; T1 end; T3 call splice f; T3 pin 101; T3 end;"
                    + "T2 free f 100+2")
            .size());
  }

  @Test
  void makesOneFindingOfManyFilesThroughTheSameLines() {
    List<Finding> findings =
        Story.findings(
            "T1 call read f; T1 pin 100; T1 end; T1 call read g; T1 pin 200; T1 end;"
                + "T2 call delete; T2 free f 100; T2 end; T2 call delete; T2 free g 200; T2 end");
    assertEquals(1, findings.size());
    assertEquals(2, findings.getFirst().instances().size());
    assertEquals(13, findings.getFirst().instances().get(1).place().file().id().inode());
  }

  @Test
  void attributesLateFreeToTheSystemCallThatLetGo() {
    Finding.Instance instance =
        Story.findings(
                "T1 pin 100; T2 enter unlink; T2 leave unlink; T2 enter close; T2 free f 100")
            .getFirst()
            .first();
    assertEquals("close(2)", instance.step(Step.Role.FREED).orElseThrow().actor().operation());
  }
}
