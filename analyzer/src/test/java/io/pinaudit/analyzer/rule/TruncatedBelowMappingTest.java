package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedBelowMappingTest {
  @Test
  void namesTheMappingAndThePagesThatFault() {
    Finding finding =
        Story.findings("T1 map C:f 4+8 @100; T2 cut C:f 6; T2 end; T3 sleep 9").getFirst();
    assertEquals("TruncatedBelowMapping", finding.rule());
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(Certainty.POSSIBLE, finding.certainty(), "nobody may hold the mapping any more");
    assertEquals("[24576-49151]", finding.first().place().ranges().toString());
    assertEquals("map", finding.first().step(Step.Role.MAPPED).orElseThrow().actor().operation());
    assertFalse(finding.first().ended());
  }

  @ParameterizedTest
  @ValueSource(strings = {"T1 unmap @100+8; T1 end", "T1 cut f 8 from=2; T1 end"})
  void endsWithTheMappingOrWhenTheFileGrows(String end) {
    Finding finding =
        Story.findings("T1 map f 0+8 @100; T2 cut f 2; T2 end; T3 sleep 9; " + end).getFirst();
    assertTrue(finding.first().ended());
    assertEquals(11_000_000, finding.first().nanos());
  }

  private static final String UNMAP = "; T1 unmap @100+8; T1 end";

  /** A shell, another container, native code: only the agent's own look shows it. */
  @Test
  void findsTheFileThatSomebodyCutWhoWasNotSeen() {
    Finding finding =
        Story.findings("T1 map C:f 0+8 @100; T9 look C:f 0+8 @100 from=8 to=2 GONE" + UNMAP)
            .getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertEquals("[8192-32767]", finding.first().place().ranges().toString());
    Step cut = finding.first().step(Step.Role.CUT).orElseThrow();
    assertEquals("unknown origin", cut.actor().operation());
    assertEquals("map", finding.first().step(Step.Role.MAPPED).orElseThrow().actor().operation());
  }

  @Test
  void isConfirmedOnceAPageIsGone() {
    String cut =
        "T1 map f 0+8 @100; T2 cut f 2 from=8; T2 end; T2 look f 0+8 @100 from=8 to=2 call ";
    for (String page : List.of("GONE", "NOT_ASKED")) {
      List<Finding> findings = Story.findings(cut + page + UNMAP);
      assertEquals(1, findings.size());
      assertEquals(
          page.equals("GONE") ? Certainty.CONFIRMED : Certainty.OBSERVED,
          findings.getFirst().certainty());
      assertEquals(
          "cut", findings.getFirst().first().step(Step.Role.CUT).orElseThrow().actor().operation());
    }
  }

  /** Another thread of the agent may look before the call that cuts has returned. */
  @Test
  void takesWhatIsFoundDuringTheCutForThatCut() {
    String cut = "T1 map f 0+8 @100; T2 cut f 2 from=8; T9 look f 0+8 @100 from=8 to=2 GONE; ";
    List<Finding> findings = Story.findings(cut + "T2 end" + UNMAP);
    assertEquals(1, findings.size());
    assertEquals(1, findings.getFirst().count());
    assertEquals(Certainty.CONFIRMED, findings.getFirst().certainty());
    assertEquals(
        "cut", findings.getFirst().first().step(Step.Role.CUT).orElseThrow().actor().operation());
  }

  /** What was found before a call cut the file further is somebody else's. */
  @Test
  void keepsApartWhatIsFoundBeforeTheCut() {
    String found = "T1 map f 0+8 @100; T9 look f 0+8 @100 from=8 to=4 GONE; ";
    assertEquals(2, Story.findings(found + "T2 cut f 2 from=4; T2 end" + UNMAP).size());
  }

  /** After overlayfs has copied the file up, the name's file is not the one that is mapped. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 map f 0+8 @100; T2 cut f 2 from=8; T2 end; T2 look f 0+8 @100 from=8 to=2 call THERE",
        "T1 map f 0+8 @100; T9 look f 0+8 @100 from=8 to=2 THERE",
        // Native code has unmapped it.
        "T1 map f 0+8 @100; T2 cut f 2 from=8; T2 end; T2 look f 0+8 @100 from=8 to=2 call"
            + " UNMAPPED",
        "T1 map f 0+8 @100; T9 look f 0+8 @100 from=8 to=2 UNMAPPED",
      })
  void isSilentWhereThePageCanBeRead(String story) {
    assertEquals(List.of(), Story.verdicts(story));
    assertEquals(List.of(), Story.verdicts(story + UNMAP));
  }

  /** A file has its new size before its pages go: the agent may ask in between. */
  @Test
  void believesALaterLookThatThePageIsGone() {
    String there =
        "T1 map f 0+8 @100; T2 cut f 2 from=8; T2 end; T2 look f 0+8 @100 from=8 to=2 call THERE;";
    List<Finding> findings = Story.findings(there + " T1 look f 0+8 @100 from=8 to=2 GONE" + UNMAP);
    assertEquals(1, findings.size());
    assertEquals(Certainty.CONFIRMED, findings.getFirst().certainty());
    assertEquals(
        "cut", findings.getFirst().first().step(Step.Role.CUT).orElseThrow().actor().operation());
    assertEquals(
        List.of(),
        Story.findings(there + " T1 look f 0+8 @100 from=8 to=2 THERE" + UNMAP),
        "there twice is there");
  }

  @Test
  void clearsOnlyTheMappingThatWasLookedAt() {
    assertEquals(
        1,
        Story.findings(
                "T1 map f 0+8 @100; T1 map f 0+8 @200; T2 cut f 2 from=8; T2 end;"
                    + " T2 look f 0+8 @100 from=8 to=2 call THERE")
            .getFirst()
            .count());
  }

  @Test
  void countsOnlyWhatIsStillMapped() {
    assertEquals(
        "[8192-12287]",
        Story.findings("T1 map f 0+8 @100; T1 unmap @103+5; T1 end; T2 cut f 2; T2 end")
            .getFirst()
            .first()
            .place()
            .ranges()
            .toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 map f 0+8 @100; T2 cut f 8; T2 end",
        "T1 map f 0+8 @100; T2 cut g 0; T2 end",
        "T1 map f 0+8 @100; T2 cut f 4 from=2; T2 end",
        "T1 map f 0+8 @100; T1 unmap @100+8; T1 end; T2 cut f 0; T2 end",
        "T1 map f 0+8 @100; T1 unmap @104+4; T1 end; T2 cut f 4; T2 end",
        "T1 map f 0+8 @100; T1 map g 0+8 @100; T2 cut f 0; T2 end",
        "T1 map f 0+8 @100; T2 cut f 0; T1 unmap @100+8; T1 end; T2 end",
        "T2 cut f 0; T1 map f 0+8 @100; T2 end",
        "T1 map f 0+8 @100; T2 cut f 0 failed; T2 end",
        "T1 map f 0+8 @100; T2 punch f 0+8; T2 end",
        "T1 map f 0+8 @100; T2 delete f; T2 end",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }
}
