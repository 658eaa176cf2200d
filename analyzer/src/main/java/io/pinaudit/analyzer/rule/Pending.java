package io.pinaudit.analyzer.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
  private List<T> open = new ArrayList<>();
  private int most = FEW;

  Pending(Predicate<T> ended) {
    this.ended = ended;
  }

  /** Keeps one, and passes on what has ended if there are too many. */
  void add(T one, Consumer<T> sink) {
    open.add(one);
    if (open.size() > most) {
      List<T> all = open;
      open = new ArrayList<>();
      all.forEach(each -> (ended.test(each) ? sink : (Consumer<T>) open::add).accept(each));
      most = Math.max(FEW, 2 * open.size());
    }
  }

  /** Passes on everything, ended or not. */
  void finish(Consumer<T> sink) {
    open.forEach(sink);
    open = new ArrayList<>();
  }
}
