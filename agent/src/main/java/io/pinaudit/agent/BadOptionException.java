package io.pinaudit.agent;

/** An option that the agent does not understand. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1;

  BadOptionException(String message) {
    super(message);
  }
}
