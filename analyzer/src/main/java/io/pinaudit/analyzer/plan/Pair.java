package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.Digest;
import io.pinaudit.analyzer.trace.Use;

/**
 * Two calls of different threads that nothing is known to order.
 *
 * @param id twelve hexadecimal digits, the same for the same operations and frames
 * @param hands the call that hands memory or a range of a file over
 * @param takes the call that takes it away
 * @param near how near the two calls came in the recorded run
 */
public record Pair(String id, Site hands, Site takes, Near near) {
  private static final int ID_BYTES = 6;

  /**
   * Where two calls came nearest to each other in the recorded run.
   *
   * @param subject what the calls have in common
   * @param file path of the file; null if there is none, or none is known
   * @param gapNanos time from the beginning of the first call to the beginning of the second, in
   *     nanoseconds
   * @param handsFirst whether the call that hands over was the first
   * @param count how often the calls came near
   */
  public record Near(Use subject, String file, long gapNanos, boolean handsFirst, long count) {}

  /** Returns a pair with the id that follows from its sites. */
  public static Pair of(Site hands, Site takes, Near near) {
    String text = text(hands) + "\n--\n" + text(takes);
    return new Pair(Digest.of(text, ID_BYTES), hands, takes, near);
  }

  private static String text(Site site) {
    return site.operation() + "\n" + String.join("\n", site.frames());
  }
}
