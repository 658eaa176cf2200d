package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Stands;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;

/** {@code truncate(long size)} of a FileChannelImpl, before it locks its position. */
public final class TruncateStandHook implements Hook {
  private final Session session;
  private final VarHandle descriptor;

  public TruncateStandHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    this.descriptor = ChannelStandHook.descriptor();
  }

  @Override
  public Call enter(Object channel, Object none, long sizeBytes, long b, long c, long d) {
    if (session.rendezvous().wants(Stands.TRUNCATE) || session.guard().holdsAny()) {
      FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
      Stands.truncate(session, FileState.ofDescriptor(JdkInternals.number(fd)), sizeBytes, fd);
    }
    return null;
  }
}
