package io.pinaudit.analyzer.finding;

/** How bad a hazard is, from mild to worst. */
public enum Severity {
  /** Costs time or is refused by the kernel. */
  WARNING,
  /** Loses data of the program itself, or never ends. */
  ERROR,
  /** Damages or discloses data of others. */
  CRITICAL
}
