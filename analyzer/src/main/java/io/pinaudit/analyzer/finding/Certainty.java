package io.pinaudit.analyzer.finding;

/** How sure a finding is, from least to most. */
public enum Certainty {
  /** It did not happen; that nothing is known to order the two calls is all that speaks for it. */
  PREDICTED,
  /** It did not happen, but it can: two threads stood before the two calls at the same time. */
  MET,
  /** Only one side was seen, or events were lost in between. */
  POSSIBLE,
  /** Both sides were seen; the link between them is logical (same file, same range). */
  OBSERVED,
  /** The kernel showed both sides on the same block. */
  CONFIRMED
}
