package io.pinaudit.agent.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TriesTest {
  @Test
  void triesThreeTimesAndNotAllByOneSide() {
    PlanPair.Site site = new PlanPair.Site("x", List.of("a.b"), 4, 4);
    Tries tries = new Tries(new PlanPair("p", site, site), 0);
    assertTrue(tries.arrived(false), "the first");
    tries.waited(false);
    assertFalse(tries.arrived(false), "the second of four");
    assertFalse(tries.arrived(false));
    assertTrue(tries.arrived(false), "the fourth");
    tries.waited(false);
    assertFalse(tries.arrived(false), "no third of this side");
    assertTrue(tries.arrived(true));
    tries.waited(true);
    assertFalse(tries.isLeft(true));
  }

  @Test
  void waitsAtTheFarthestInTheThirdAndFourthRun() {
    PlanPair.Site site = new PlanPair.Site("x", List.of("a.b"), 2, 3);
    for (int turn = 0; turn < 5; turn++) {
      Tries tries = new Tries(new PlanPair("p", site, site), turn);
      assertTrue(tries.arrived(false), "the first");
      assertEquals(turn == 2 || turn == 3, !tries.arrived(false), "the second in run " + turn);
      assertTrue(tries.arrived(false), "the third");
    }
  }

  @Test
  void alternatesWhoGoesFirst() {
    PlanPair.Site site = new PlanPair.Site("x", List.of("a.b"), 1, 1);
    PlanPair pair = new PlanPair("p", site, site);
    Tries even = new Tries(pair, 0);
    assertFalse(even.met(), "the one that hands over");
    assertTrue(even.met());
    assertTrue(new Tries(pair, 1).met());
  }
}
