package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.ProcessRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agent finds a file shorter than a mapping of it; the kernel tells who cut it. Thread 6 is a
 * process of root when the recording begins, 7 another thread of it. Device C is ext4, whose events
 * name the file; of D only calls are seen.
 */
class WhoCutTest {
  private static final String MAP = "T1 map C:f 0+8 @100; ";
  private static final String LOOK = "T2 look C:f 0+8 @100 from=8 to=2 GONE";

  private static Actor cutter(String story) {
    List<Finding> findings = Story.findings(story);
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst().first().step(Step.Role.CUT).orElseThrow().actor();
  }

  @Test
  void isNamedWithProcessCallAndUser() {
    Actor cutter = cutter("T6 starts 9; " + MAP + "T9 asks ftruncate 2; T9 cutting C:f ?; " + LOOK);
    assertEquals("ftruncate(2)", cutter.operation());
    ProcessRef process = new ProcessRef(9, "T9", 0, "root", false, false);
    assertEquals(process, cutter.process());
  }

  /** One finding, at the time of the cut, and as sure as the agent's look makes it. */
  @Test
  void isTheSameFindingAsTheAgentsLook() {
    Finding finding = Story.findings(MAP + "T9 cutting C:f 2; T9 sleep 3; " + LOOK).getFirst();
    assertEquals(1, finding.count());
    assertEquals(Certainty.POSSIBLE, finding.certainty(), "nobody may reach it any more");
    assertEquals(3_000_000, finding.first().began().nanos(), "the third step is the cut");
  }

  @Test
  void isOfTheUserThatItsProcessHasBecome() {
    Actor cutter =
        cutter(
            "T7 starts 9; T9 becomes 33; T9 starts 10 thread; "
                + MAP
                + "T10 cutting C:f 2; "
                + LOOK);
    assertEquals(new ProcessRef(9, "T10", 33, "www-data", false, false), cutter.process());
  }

  @Test
  void isAThreadOfTheJvmItselfInNativeCode() {
    assertTrue(cutter(MAP + "T1 starts 8 thread; T8 cutting C:f 2; " + LOOK).process().audited());
  }

  @Test
  void isTheOneThatMadeItAsShortAsItIs() {
    assertEquals(
        5, cutter(MAP + "T4 cutting C:f 6; T5 cutting C:f 2; T6 cutting C:f 2; " + LOOK).tid());
    assertEquals(
        5,
        cutter(MAP + "T4 cutting C:f 0; T5 cutting C:f 0; T6 cutting C:f 4; " + LOOK).tid(),
        "it has grown since");
  }

  @Test
  void isGuessedWhereTheFileSystemDoesNotTell() {
    String story =
        "T1 map D:f 0+8 @100; %s; T2 look D:f 0+8 @100 from=8 to=2 GONE; T1 unmap @100+8; T1 end";
    Actor likely = cutter(story.formatted("T9 asks truncate 2; T8 asks openat 0"));
    assertEquals("truncate(2)", likely.operation());
    assertTrue(likely.process().guessed());
    Finding finding = Story.findings(story.formatted("T9 asks truncate 2")).getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty(), "who cut is a guess, the fault is not");
    for (String nobody :
        List.of(
            "T9 asks truncate 3",
            "T9 asks truncate 2; T8 asks ftruncate 2",
            "T9 asks truncate 2; T9 cutting C:g ?")) {
      assertNull(cutter(story.formatted(nobody)).process(), nobody);
    }
  }

  /** An overlay that was mounted meanwhile has the inode numbers of the file system below. */
  @Test
  void isNamedOnAnOverlayThatNobodySaw() {
    String story = "T1 map E:f 0+8 @100; %s; T2 look E:f 0+8 @100 from=8 to=2 GONE";
    assertEquals(9, cutter(story.formatted("T9 cutting C:f 2")).process().pid());
    assertNull(cutter(story.formatted("T9 cutting C:g 2")).process(), "another file");
    assertNull(cutter(story.formatted("T9 cutting D:f 2")).process(), "what is below is known");
  }

  @ParameterizedTest
  @CsvSource({
    "of another device,             T9 cutting A:f 2",
    "of another file,               T9 cutting C:g 2",
    "which left it longer,          T9 cutting C:f 4",
    "a call that names no file,     T9 asks ftruncate 2"
  })
  void isNotSomebodyElse(String why, String event) {
    assertNull(cutter(MAP + event + "; " + LOOK).process(), why);
  }

  @Test
  void isNotWhoeverCutBeforeItWasMapped() {
    assertNull(cutter("T9 cutting C:f 2; " + MAP + LOOK).process());
    String mapAndLook = "T1 map D:f 0+8 @100; T2 look D:f 0+8 @100 from=8 to=2 GONE";
    assertNull(cutter("T9 asks truncate 2; " + mapAndLook).process(), "not even as a guess");
  }

  /** What the kernel alone has seen has spared the mapping: the agent would have found it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "T9 cutting C:f 2", // regrown in time
        "T9 cutting C:f 8",
        "T9 cutting A:f 0",
        "T1 unmap @100+8; T1 end; T9 cutting C:f 0",
        "T9 cutting C:f 2; T8 sigbus", // somebody else's
        "T9 cutting C:f 2; T1 sleep 3000; T1 sigbus", // the agent has looked in between
        "T1 sigbus",
        "T9 cutting C:f 8; T1 sigbus",
        "T9 cutting C:f ?; T1 sigbus"
      })
  void isSilent(String events) {
    assertEquals(List.of(), Story.verdicts(MAP + events));
    assertEquals(List.of(), Story.verdicts(MAP + events + "; T1 unmap @100+8; T1 end"));
  }

  private static final String END = "; T1 unmap @100+8; T1 end";

  @Test
  void isNotedWhereTheFileHasGrownAgain() {
    String cut = MAP + "T9 asks openat 0; T9 cutting C:f ?";
    assertEquals(
        List.of(
            "/dax/C:f is mapped, was cut to 0 bytes at +0.004000 s by T9 (process 9), and had grown"
                + " again when the agent looked: an access in between would have failed"),
        Story.notes(cut + END));
    assertEquals(List.of(), Story.verdicts(cut + END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T9 cutting C:f 2", // perhaps the JVM had ended: nothing says that the mapping lived on
        "T9 cutting C:f 8" + END,
        "T9 cutting A:f 0" + END,
        "T9 cutting C:f ?" + END,
        "T9 asks openat 0; T9 cutting C:g ?; T9 cutting C:f ?" + END, // a write that failed
        "T9 cutting C:f 2; " + LOOK + END, // a finding
        "T9 cutting C:f 2; T2 look C:f 0+8 @100 from=8 to=2 THERE" + END,
        "T1 unmap @100+8; T1 end; T9 cutting C:f 0; T1 map C:f 0+8 @200; T1 unmap @200+8; T1 end",
        "T2 cut C:f 2; T2 cutting C:f 2; T2 end" + END
      })
  void isNotNoted(String events) {
    assertEquals(List.of(), Story.notes(MAP + events));
  }

  /** The JVM died of it, or the file grew again before the agent looked. */
  @Test
  void isFoundByAFaultBeforeTheAgentLooked() {
    String story = MAP + "T9 cutting C:f 2; T1 sigbus";
    assertEquals(List.of("TruncatedBelowMapping OBSERVED"), Story.verdicts(story));
    assertEquals(9, cutter(story).tid());
    assertEquals(9, cutter(story + "; " + LOOK).tid(), "still one");
    assertEquals(
        List.of("TruncatedBelowMapping OBSERVED"),
        Story.verdicts(story + "; T1 unmap @100+8; T1 end"));
  }
}
