package io.pinaudit.allocator.storage;

import java.io.IOException;

/** What a file holds is not an extent pool, or a damaged one. */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedFileException(String message) {
    super(message);
  }
}
