package io.pinaudit.analyzer.finding;

/** How sure a finding is, from least to most. */
public enum Certainty {
  /** Only one side was seen, or events were lost in between. */
  POSSIBLE,
  /** Both sides were seen; the link between them is logical (same file, same range). */
  OBSERVED,
  /** The kernel showed both sides on the same block. */
  CONFIRMED
}
