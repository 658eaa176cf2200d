package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.finding.Finding;

/**
 * A finding and the gate's judgement of it.
 *
 * @param finding the finding
 * @param standing the judgement; {@link Standing#NEW} where there is no gate
 * @param note the reason of a suppression; empty otherwise
 */
public record Judged(Finding finding, Standing standing, String note) {
  /** Returns whether the finding fails the gate. */
  public boolean fails() {
    return standing == Standing.NEW;
  }
}
