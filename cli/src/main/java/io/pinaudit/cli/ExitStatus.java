package io.pinaudit.cli;

/** The exit statuses of every verb that judges a run. */
public final class ExitStatus {
  /** Everything needed was seen and nothing was found. */
  public static final int CLEAN = 0;

  /** At least one finding. */
  public static final int FINDINGS = 1;

  /** Wrong usage, unreadable input or failed output. */
  public static final int ERROR = 2;

  /** Nothing was found, but not everything was seen. */
  public static final int INCONCLUSIVE = 3;

  private ExitStatus() {}
}
