package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Ledgers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The incidents that a rule has seen begin and has not reported yet, because they have not ended.
 *
 * <p>Ended incidents are reported from time to time, so that memory grows with the number of
 * incidents that have not ended.
 *
 * @param <T> the kind of incident
 */
final class Pending<T> {
  private static final int FEW = 64;

  private final Predicate<T> ended;
  private final Telling<T> telling;
  private final Occurrences found;
  private List<T> open = new ArrayList<>();
  private int most = FEW;

  /** Makes occurrences of incidents. */
  @FunctionalInterface
  interface Telling<T> {
    /**
     * Returns the occurrence that an incident is; empty if the incident is none after all.
     *
     * @param nowNanos the time in nanoseconds up to which an incident lasted that has not ended
     */
    Optional<Occurrence> tell(T one, long nowNanos, Ledgers ledgers);
  }

  /**
   * Keeps incidents of one rule.
   *
   * @param found takes the occurrences of incidents that have ended
   */
  Pending(Predicate<T> ended, Telling<T> telling, Occurrences found) {
    this.ended = ended;
    this.telling = telling;
    this.found = found;
  }

  /** Keeps one incident; reports the incidents that have ended if too many are kept. */
  void add(T one, Ledgers ledgers) {
    open.add(one);
    if (open.size() > most) {
      List<T> all = open;
      open = new ArrayList<>();
      for (T each : all) {
        if (ended.test(each)) {
          telling.tell(each, 0, ledgers).ifPresent(found::add);
        } else {
          open.add(each);
        }
      }
      most = Math.max(FEW, 2 * open.size());
    }
  }

  /**
   * Adds the incidents that are kept, and began by now, to a copy of what was found; keeps them as
   * they are.
   */
  void addTo(Occurrences all, long nowNanos, Ledgers ledgers) {
    open.forEach(
        each ->
            telling.tell(each, nowNanos, ledgers).ifPresent(one -> all.addUntil(nowNanos, one)));
  }
}
