package io.pinaudit.analyzer.gate;

/** What a gate thinks of a finding. */
public enum Standing {
  /** It fails the gate. */
  NEW,
  /** It is in the baseline, at least as bad. */
  BASELINE,
  /** A suppression excuses it. */
  SUPPRESSED,
  /** It is milder than what the gate fails on. */
  BELOW
}
