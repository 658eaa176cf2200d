package io.pinaudit.cli;

/** The command line cannot be meant: exit status 2, the message and where to find help. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With one lower-case line that names the offending word. */
  public UsageException(String message) {
    super(message);
  }
}
