package io.pinaudit.analyzer.trace;

import java.io.IOException;

/**
 * Says that an input is not what it should be. The message is one line that begins with the place.
 */
public final class InputException extends IOException {
  private static final long serialVersionUID = 1;

  /** Makes an exception whose message has the form {@code place: error: found, expected}. */
  public InputException(String message) {
    super(message);
  }
}
