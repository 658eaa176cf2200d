package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.UnmapCall;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;

/** {@code unmap(long address, long length)} of a dispatcher. */
public final class UnmapHook implements Hook {
  static final String OPERATION = "unmap";
  private final Session session;

  public UnmapHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object none, Object self, long address, long lengthBytes, long c, long d) {
    return new UnmapCall(session, OPERATION, Mapping.ofNoFile(address, lengthBytes));
  }
}
