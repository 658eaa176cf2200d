package io.pinaudit.analyzer.finding;

/** How bad a hazard is; the constants go from mild to worst. */
public enum Severity {
  /** The hazard costs time, or the kernel refuses the operation. */
  WARNING,
  /** The hazard loses data of the program itself, or the wait never ends. */
  ERROR,
  /** The hazard damages or discloses data of others. */
  CRITICAL
}
