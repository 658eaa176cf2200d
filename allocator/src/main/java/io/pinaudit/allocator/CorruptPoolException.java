package io.pinaudit.allocator;

import java.io.IOException;

/** A file is not an extent pool, or its extent map is damaged. The file was not changed. */
public final class CorruptPoolException extends IOException {
  private static final long serialVersionUID = 1L;

  CorruptPoolException(String message, Throwable cause) {
    super(message, cause);
  }
}
