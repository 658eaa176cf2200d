package io.pinaudit.agent.meet;

import java.util.List;

/**
 * Two calls that may meet.
 *
 * @param id the name of the pair in reports
 * @param hands the call that hands memory or a file range over
 * @param takes the call that takes this memory or range away
 */
record PlanPair(String id, Site hands, Site takes) {
  /**
   * A call of the program.
   *
   * @param frames the innermost frames of the program itself, {@code Class.method}, without lines
   * @param nth the number, among the calls from there, of the first call that is worth a wait in
   *     the first two runs; call number 1 is worth a wait, too
   * @param far the same for the next two runs
   */
  record Site(String operation, List<String> frames, int nth, int far) {
    /** Returns whether a stack is that of this call. */
    boolean matches(List<String> stack) {
      return stack.size() >= frames.size() && stack.subList(0, frames.size()).equals(frames);
    }
  }

  /**
   * Returns the number of the first call that is worth a wait in a run: first that which was
   * nearest to its counterpart, then that which was farthest.
   */
  int nth(boolean taking, int turn) {
    return turn / 2 % 2 == 0 ? side(taking).nth() : side(taking).far();
  }

  Site side(boolean taking) {
    return taking ? takes : hands;
  }
}
