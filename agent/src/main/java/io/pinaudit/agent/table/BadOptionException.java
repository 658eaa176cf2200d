package io.pinaudit.agent.table;

/** An option that the agent does not understand. */
public final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1;

  public BadOptionException(String message) {
    super(message);
  }
}
