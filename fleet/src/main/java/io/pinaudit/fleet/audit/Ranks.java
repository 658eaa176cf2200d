package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Severity;

/**
 * Ranks severities and certainties as numbers, because the alphabetical order of their names
 * differs from their order.
 */
public final class Ranks {
  private Ranks() {}

  /** Returns the rank of a severity, from 0 for the mildest. */
  public static int of(Severity severity) {
    return switch (severity) {
      case WARNING -> 0;
      case ERROR -> 1;
      case CRITICAL -> 2;
    };
  }

  /** Returns the rank of a certainty, from 0 for the least sure. */
  static int of(Certainty certainty) {
    return switch (certainty) {
      case PREDICTED -> 0;
      case MET -> 1;
      case POSSIBLE -> 2;
      case OBSERVED -> 3;
      case CONFIRMED -> 4;
    };
  }
}
