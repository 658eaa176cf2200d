package io.pinaudit.analyzer.gate;

/** The judgement of a gate on a finding. */
public enum Standing {
  /** The finding fails the gate. */
  NEW,
  /** The finding is in the baseline, where it is at least as bad. */
  BASELINE,
  /** A suppression excuses the finding. */
  SUPPRESSED,
  /** The finding is milder than the severity that fails the gate. */
  BELOW
}
