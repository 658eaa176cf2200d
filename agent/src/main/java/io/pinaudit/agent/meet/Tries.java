package io.pinaudit.agent.meet;

/**
 * Counts how often this JVM may still wait for one pair, and on which side. Guarded by the lock of
 * the {@link Rendezvous}.
 */
final class Tries {
  private static final int MOST = 3;
  private static final int MOST_OF_ONE_SIDE = 2;

  private final PlanPair pair;
  private final int turn;
  private int hands;
  private int takes;
  private int handsArrived;
  private int takesArrived;
  private int meetings;

  /**
   * Makes the counts of one pair for one JVM.
   *
   * @param turn the number of the run: in a run of an even number, the side that hands over waits
   *     twice and goes first at first; in a run of an odd number, the other side does
   */
  Tries(PlanPair pair, int turn) {
    this.pair = pair;
    this.turn = turn;
  }

  PlanPair pair() {
    return pair;
  }

  /** Notes that a thread has come to one of the calls; returns whether the call is worth a wait. */
  boolean arrived(boolean taking) {
    int nth = taking ? ++takesArrived : ++handsArrived;
    return isLeft(taking) && (nth == 1 || nth >= pair.nth(taking, turn));
  }

  /** Returns whether a side may still wait. */
  boolean isLeft(boolean taking) {
    boolean favoured = taking == (turn % 2 != 0);
    int most = favoured ? MOST_OF_ONE_SIDE : 1;
    return hands + takes < MOST && (taking ? takes : hands) < most;
  }

  void waited(boolean taking) {
    if (taking) {
      takes++;
    } else {
      hands++;
    }
  }

  /**
   * Notes that both sides stand before their calls; returns whether the side that takes away goes
   * first.
   */
  boolean met() {
    meetings++;
    return (turn + meetings) % 2 == 0;
  }
}
