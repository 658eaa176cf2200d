package io.pinaudit.run;

/** The lines that a recorder writes into a trace of its own, and that its reader looks for. */
public final class Marks {
  /** Written before the first event. */
  public static final String START = "pinaudit: recording starts";

  /** Written after the last event: a trace without it is cut off. */
  public static final String END = "pinaudit: recording ends";

  private Marks() {}
}
