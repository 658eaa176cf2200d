package io.pinaudit.analyzer.trace;

import java.io.IOException;

/** An input is not what it should be; the message is one line that begins with the place. */
public final class InputException extends IOException {
  private static final long serialVersionUID = 1;

  /** With {@code place: error: found, expected}. */
  public InputException(String message) {
    super(message);
  }
}
