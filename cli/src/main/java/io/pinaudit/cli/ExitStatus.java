package io.pinaudit.cli;

/** The exit statuses of every verb that judges a run. */
public final class ExitStatus {
  /** Everything needed was seen and nothing was found. */
  public static final int CLEAN = 0;

  /** Something was found. */
  public static final int FINDINGS = 1;

  /** The usage was wrong, an input could not be read, or an output could not be written. */
  public static final int ERROR = 2;

  /** Nothing was found, but not everything was seen. */
  public static final int INCONCLUSIVE = 3;

  private ExitStatus() {}
}
