package io.pinaudit.run;

/**
 * The marker lines that a recorder writes into its trace and that the reader of the trace looks
 * for.
 */
public final class Marks {
  /** The marker before the first event. */
  public static final String START = "pinaudit: recording starts";

  /** The marker after the last event; a trace without it is cut off. */
  public static final String END = "pinaudit: recording ends";

  private Marks() {}
}
