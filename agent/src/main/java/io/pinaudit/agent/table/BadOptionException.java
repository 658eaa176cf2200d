package io.pinaudit.agent.table;

/** Says that the agent does not understand an option. */
public final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1;

  public BadOptionException(String message) {
    super(message);
  }
}
