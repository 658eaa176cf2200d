package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;

/** {@code unmap(long address, long length)} of a dispatcher. */
final class UnmapHook implements Hook {
  static final String OPERATION = "unmap";
  private final Session session;

  UnmapHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object none, Object self, long address, long lengthBytes, long c, long d) {
    return new UnmapCall(session, OPERATION, address, lengthBytes);
  }
}
