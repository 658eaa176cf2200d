package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.FreeCall;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;

/**
 * {@code Unsafe.freeMemory}, which does not know how long the memory is. Direct buffers and arenas
 * free their memory by this method as well, but have their own hooks.
 */
public final class FreeMemoryHook implements Hook {
  private final Session session;

  /** Makes the hook of one session. */
  public FreeMemoryHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object unsafe, Object none, long address, long b, long c, long d) {
    return session.requests().isEmpty()
        ? null
        : FreeCall.of(
            session, "Unsafe.freeMemory", Mapping.ofNoFile(address, FreeCall.UNKNOWN_LENGTH));
  }
}
