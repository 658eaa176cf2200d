package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.timeline.Waits;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the pairs of a plan in several runs of a program.
 *
 * @param results in the order of the plan
 */
public record Confirmation(List<Result> results) {
  /**
   * Of one pair.
   *
   * @param met runs in which both sides stood before their calls at once
   * @param runs all of them
   */
  public record Result(Pair pair, int met, int runs) {}

  /** Keeps its own copy. */
  public Confirmation {
    results = List.copyOf(results);
  }

  /** Before the first run. */
  public static Confirmation of(Plan plan) {
    return new Confirmation(plan.pairs().stream().map(pair -> new Result(pair, 0, 0)).toList());
  }

  /** After one more run, which was made with the plan. */
  public Confirmation with(Audit run) {
    Waits waits = run.ledgers().sight().waits();
    List<Result> more = new ArrayList<>();
    for (Result result : results) {
      boolean met = waits.meetings(result.pair().id()) > 0;
      more.add(new Result(result.pair(), result.met() + (met ? 1 : 0), result.runs() + 1));
    }
    return new Confirmation(more);
  }

  /** How many pairs have met in a run. */
  public long met() {
    return results.stream().filter(result -> result.met() > 0).count();
  }

  /** Whether all have, so that another run would tell nothing new. */
  public boolean decided() {
    return met() == results.size();
  }
}
