package io.pinaudit.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.junit.Attribution.Site;
import io.pinaudit.junit.Report.Frame;
import io.pinaudit.junit.Report.Hazard;
import io.pinaudit.junit.Report.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {
  private static final RunningTest A = test("A", 11, 100, 200);
  private static final RunningTest B = test("B", 12, 150, 250);

  private static RunningTest test(String type, long thread, long began, long ended) {
    return new RunningTest("[class:" + type + "]/t", type + ".t", type, "t", thread, began, ended);
  }

  private static Hazard hazard(Step... steps) {
    return new Hazard("F1", "SomeRule", "error", "", List.of(steps));
  }

  private static Step step(long nanos, long thread, String type, String method, String file) {
    return new Step(nanos, thread, List.of(new Frame(type, method)), file);
  }

  private static Site site(Hazard hazard, Hazard... others) {
    List<Hazard> all = new ArrayList<>(List.of(others));
    all.add(hazard);
    return new Attribution(List.of(B, A), all).of(hazard);
  }

  @Test
  void takesTheThreadOfATestWhileItRan() {
    assertEquals("in A.t", site(hazard(step(160, 11, "X", "x", ""))).text());
    // The thread went on to another test.
    assertEquals("in B.t", site(hazard(step(220, 11, "X", "x", ""))).text());
  }

  @Test
  void takesTheCodeOfATestOnAnotherThread() {
    assertEquals("in A.t", site(hazard(step(160, 99, "A", "lambda$t$0", ""))).text());
  }

  @Test
  void namesBothTestsThatTookPart() {
    Hazard shared = hazard(step(160, 11, "X", "x", ""), step(170, 12, "X", "x", ""));
    assertEquals("in A.t and B.t", site(shared).text());
  }

  @Test
  void takesTheFileOfATest() {
    Hazard known = hazard(step(160, 12, "X", "x", "/b"));
    assertEquals("in B.t", site(hazard(step(165, 99, "X", "x", "/b")), known).text());
  }

  @Test
  void saysOneOfWhereOnlyTheTimeTells() {
    Site site = site(hazard(step(160, 99, "X", "x", "")));
    assertEquals("in one of A.t, B.t", site.text());
    assertTrue(site.concerns("[class:A]"));
    // A class around the worker is one of those alone.
    Site worker = site(hazard(step(160, 99, "A$Worker", "run", "")));
    assertEquals("in A.t", worker.text());
    assertFalse(worker.concerns("[class:B]"));
  }

  @Test
  void leavesWhatHappenedAroundTheTestsToTheClass() {
    Site site = site(hazard(step(300, 11, "A", "t", "")));
    assertEquals("outside of the tests", site.text());
    assertTrue(site.concerns("[class:A]"));
  }
}
