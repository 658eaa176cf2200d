package io.pinaudit.allocator;

import java.io.IOException;

/**
 * The pool has no free run that is long enough for an extent or for its extent map, and cannot
 * grow.
 */
public final class PoolFullException extends IOException {
  private static final long serialVersionUID = 1L;

  PoolFullException(String message) {
    super(message);
  }
}
