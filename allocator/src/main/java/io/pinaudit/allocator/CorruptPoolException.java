package io.pinaudit.allocator;

import java.io.IOException;

/** A file is not an extent pool, or a damaged one. It has not been touched. */
public final class CorruptPoolException extends IOException {
  private static final long serialVersionUID = 1L;

  CorruptPoolException(String message, Throwable cause) {
    super(message, cause);
  }
}
