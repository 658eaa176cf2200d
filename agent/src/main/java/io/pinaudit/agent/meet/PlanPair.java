package io.pinaudit.agent.meet;

import java.util.List;

/**
 * Two calls that may meet.
 *
 * @param id what the reports call the pair
 * @param hands the call that hands memory or a file range over
 * @param takes the call that takes it away
 */
record PlanPair(String id, Site hands, Site takes) {
  /**
   * A call of the program.
   *
   * @param frames the innermost frames of the program itself, {@code Class.method}, without lines
   * @param nth of the calls from there, the first that is worth a wait; the very first one is, too
   */
  record Site(String operation, List<String> frames, int nth) {
    /** Whether a stack is that of this call. */
    boolean matches(List<String> stack) {
      return stack.size() >= frames.size() && stack.subList(0, frames.size()).equals(frames);
    }
  }

  Site side(boolean taking) {
    return taking ? takes : hands;
  }
}
