package io.pinaudit.cli;

/**
 * Says that the command line is wrong. {@link Main} prints the message and where to find help, and
 * exits with status 2.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Takes one lower-case line that names the wrong word. */
  public UsageException(String message) {
    super(message);
  }
}
