package io.pinaudit.analyzer.finding;

/** Says how sure a finding is; the constants go from the least to the most certain. */
public enum Certainty {
  /** The hazard did not happen: the only ground is that nothing known orders the two calls. */
  PREDICTED,
  /** The hazard did not happen but can: two threads stood before the two calls at the same time. */
  MET,
  /** Only one side of the hazard was seen, or events were lost between the two. */
  POSSIBLE,
  /** Both sides of the hazard were seen; only the same file and range, or addresses, link them. */
  OBSERVED,
  /** The kernel showed both sides of the hazard on the same block or page. */
  CONFIRMED
}
