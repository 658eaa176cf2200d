package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.plan.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * What may happen in another run of a program.
 *
 * @param audit of the recorded run: what did happen
 * @param plan the pairs of calls that may overlap, the nearest first
 */
public record Prediction(Audit audit, Plan plan) {
  /** The default of how near two calls have to begin. */
  public static final Duration WITHIN = Duration.ofSeconds(5);

  /** The default of how many pairs a prediction has. */
  public static final int PAIRS = 100;

  /**
   * Reads a run.
   *
   * @param inputs the run; recordings of its JVMs alone are enough
   * @param within how near two calls of a pair have to begin
   * @param most the largest number of pairs
   * @param watchers observe the audit while it runs
   * @throws IOException if an input cannot be read at all
   */
  public static Prediction of(Inputs inputs, Duration within, int most, Watcher... watchers)
      throws IOException {
    Predictor predictor = new Predictor(within.toNanos());
    Watcher[] all = Arrays.copyOf(watchers, watchers.length + 1);
    all[watchers.length] = predictor;
    Audit audit = Audit.of(inputs, all);
    return new Prediction(audit, predictor.plan(most));
  }
}
