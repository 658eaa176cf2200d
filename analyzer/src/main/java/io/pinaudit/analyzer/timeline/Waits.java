package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.HashMap;
import java.util.Map;

/**
 * How often threads were held before the calls of each pair of a plan, and how often both sides
 * met.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Waits {
  /** The count of a pair for which no thread was held. */
  private static final Count NONE = new Count(0, 0);

  private final Map<String, Count> byPair = new HashMap<>();

  /**
   * The counts of one pair.
   *
   * @param sides threads that were held or came to one that was
   * @param arrived those of them that came to one that was held
   */
  private record Count(long sides, long arrived) {
    Count with(JavaCall.Waited waited) {
      return new Count(sides + 1, arrived + (waited.met() ? 1 : 0));
    }
  }

  void add(JavaCall.Waited waited) {
    byPair.merge(waited.pair(), NONE.with(waited), (count, _) -> count.with(waited));
  }

  /** Returns whether no thread was held. */
  public boolean isEmpty() {
    return byPair.isEmpty();
  }

  /** Returns how often both sides of a pair stood before their calls at once. */
  public long meetings(String pair) {
    return byPair.getOrDefault(pair, NONE).arrived() / 2;
  }

  /** Returns how often one side of a pair was held so that the other could come. */
  public long tries(String pair) {
    return byPair.getOrDefault(pair, NONE).sides() - meetings(pair);
  }
}
