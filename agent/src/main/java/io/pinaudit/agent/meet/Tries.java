package io.pinaudit.agent.meet;

/**
 * How often one pair may still be waited for in this JVM, and by which side. Guarded by the lock of
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
   * For one JVM.
   *
   * @param turn an even one lets the side that hands over wait twice and go first at first; an odd
   *     one the other
   */
  Tries(PlanPair pair, int turn) {
    this.pair = pair;
    this.turn = turn;
  }

  PlanPair pair() {
    return pair;
  }

  /** A thread has come to one of the calls; returns whether it is worth a wait. */
  boolean arrived(boolean taking) {
    int nth = taking ? ++takesArrived : ++handsArrived;
    return isLeft(taking) && (nth == 1 || nth >= pair.side(taking).nth());
  }

  /** Whether a side may still wait. */
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

  /** Both sides stand; returns whether the one that takes away goes first. */
  boolean met() {
    meetings++;
    return (turn + meetings) % 2 == 0;
  }
}
