package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Ledgers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The incidents that a rule has seen begin and cannot report yet, because they have not ended.
 *
 * <p>Ended incidents are passed on from time to time, so that memory grows with the number of
 * incidents that have not ended.
 *
 * @param <T> the kind of incident
 */
final class Pending<T> {
  private static final int FEW = 64;

  private final Predicate<T> ended;
  private final Sink<T> sink;
  private List<T> open = new ArrayList<>();
  private int most = FEW;

  /** Takes the incidents that have ended. */
  @FunctionalInterface
  interface Sink<T> {
    /**
     * Takes one incident.
     *
     * @param endNanos end of the recording in nanoseconds, for an incident that has not ended
     */
    void tell(T one, long endNanos, Ledgers ledgers);
  }

  Pending(Predicate<T> ended, Sink<T> sink) {
    this.ended = ended;
    this.sink = sink;
  }

  /** Keeps one incident; passes on the incidents that have ended if too many are kept. */
  void add(T one, Ledgers ledgers) {
    open.add(one);
    if (open.size() > most) {
      List<T> all = open;
      open = new ArrayList<>();
      for (T each : all) {
        if (ended.test(each)) {
          sink.tell(each, 0, ledgers);
        } else {
          open.add(each);
        }
      }
      most = Math.max(FEW, 2 * open.size());
    }
  }

  /** Passes on all incidents, whether they have ended or not. */
  void finish(long endNanos, Ledgers ledgers) {
    open.forEach(each -> sink.tell(each, endNanos, ledgers));
    open = new ArrayList<>();
  }
}
