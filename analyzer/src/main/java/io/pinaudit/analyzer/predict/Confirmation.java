package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.timeline.Waits;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts in how many runs of a program each pair of a plan has met.
 *
 * @param results in the order of the plan
 */
public record Confirmation(List<Result> results) {
  /**
   * The counts of one pair.
   *
   * @param met number of runs in which both sides stood before their calls at once
   * @param runs number of all runs
   */
  public record Result(Pair pair, int met, int runs) {}

  /** Keeps an own copy of the results. */
  public Confirmation {
    results = List.copyOf(results);
  }

  /** Returns the counts before the first run. */
  public static Confirmation of(Plan plan) {
    return new Confirmation(plan.pairs().stream().map(pair -> new Result(pair, 0, 0)).toList());
  }

  /** Returns the counts after one more run, which was made with the plan. */
  public Confirmation with(Audit run) {
    Waits waits = run.ledgers().sight().waits();
    List<Result> more = new ArrayList<>();
    for (Result result : results) {
      boolean met = waits.meetings(result.pair().id()) > 0;
      more.add(new Result(result.pair(), result.met() + (met ? 1 : 0), result.runs() + 1));
    }
    return new Confirmation(more);
  }

  /** Returns the number of pairs that have met in a run. */
  public long met() {
    return results.stream().filter(result -> result.met() > 0).count();
  }

  /** Returns the pairs that have met in no run. */
  public Plan left() {
    return new Plan(
        results.stream().filter(result -> result.met() == 0).map(Result::pair).toList());
  }

  /** Returns whether all pairs have met, so that another run would show nothing new. */
  public boolean decided() {
    return met() == results.size();
  }
}
