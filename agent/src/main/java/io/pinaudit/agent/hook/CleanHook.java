package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.CloseCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.lang.invoke.VarHandle;

/** {@code FileCleanable.performCleanup()}: a descriptor is closed because nobody refers to it. */
public final class CleanHook implements Hook {
  private final Session session;
  private final VarHandle descriptor;

  public CleanHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    descriptor = JdkInternals.field("java.io.FileCleanable", "fd", int.class);
  }

  @Override
  public Call enter(Object cleanable, Object none, long a, long b, long c, long d) {
    return CloseCall.of(session, (int) descriptor.get(cleanable));
  }
}
