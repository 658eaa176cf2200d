package io.pinaudit.allocator.storage;

import java.io.IOException;

/** The content of a file is not an extent pool, or is a damaged one. */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedFileException(String message) {
    super(message);
  }
}
