package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Ledgers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a rule has seen begin and cannot tell yet, because it has not ended.
 *
 * <p>What has ended is passed on now and then, so that memory grows with what has not.
 *
 * @param <T> what is pending
 */
final class Pending<T> {
  private static final int FEW = 64;

  private final Predicate<T> ended;
  private final Sink<T> sink;
  private List<T> open = new ArrayList<>();
  private int most = FEW;

  /** Takes what is told. */
  @FunctionalInterface
  interface Sink<T> {
    /**
     * Takes one.
     *
     * @param endNanos end of the recording, for one that has not ended
     */
    void tell(T one, long endNanos, Ledgers ledgers);
  }

  Pending(Predicate<T> ended, Sink<T> sink) {
    this.ended = ended;
    this.sink = sink;
  }

  /** Keeps one, and passes on what has ended if there are too many. */
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

  /** Passes on everything, ended or not. */
  void finish(long endNanos, Ledgers ledgers) {
    open.forEach(each -> sink.tell(each, endNanos, ledgers));
    open = new ArrayList<>();
  }
}
