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
   * @param nth the number, among the calls from there, of the first call that is worth a wait; call
   *     number 1 is worth a wait, too
   */
  record Site(String operation, List<String> frames, int nth) {
    /** Returns whether a stack is that of this call. */
    boolean matches(List<String> stack) {
      return stack.size() >= frames.size() && stack.subList(0, frames.size()).equals(frames);
    }
  }

  Site side(boolean taking) {
    return taking ? takes : hands;
  }
}
