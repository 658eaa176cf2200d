package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.finding.Finding;

/**
 * A finding and what the gate thinks of it.
 *
 * @param finding the finding
 * @param standing the gate's opinion; {@link Standing#NEW} where there is no gate
 * @param note why, if there is more to say: the reason of a suppression; empty otherwise
 */
public record Judged(Finding finding, Standing standing, String note) {
  /** Whether it fails the gate. */
  public boolean fails() {
    return standing == Standing.NEW;
  }
}
