package io.pinaudit.allocator;

import java.io.IOException;

/** There is no free run that is long enough, and the pool cannot grow. */
public final class PoolFullException extends IOException {
  private static final long serialVersionUID = 1L;

  PoolFullException(String message) {
    super(message);
  }
}
