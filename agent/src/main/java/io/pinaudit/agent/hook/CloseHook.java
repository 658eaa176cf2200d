package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.CloseCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;

/** {@code FileDescriptor.close()}, through which all streams, files and channels are closed. */
public final class CloseHook implements Hook {
  private final Session session;

  public CloseHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object fd, Object none, long a, long b, long c, long d) {
    return CloseCall.of(session, JdkInternals.number((FileDescriptor) fd));
  }
}
