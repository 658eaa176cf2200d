package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;

/**
 * {@code close()} of an AsynchronousFileChannel: it waits for the system calls under way, and what
 * has not begun by then never will.
 */
public final class AsyncCloseHook implements Hook {
  private final Session session;
  private final VarHandle descriptor;

  public AsyncCloseHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    this.descriptor = JdkInternals.field(AsyncChannelHook.CHANNEL, "fdObj", FileDescriptor.class);
  }

  @Override
  public Call enter(Object channel, Object none, long a, long b, long c, long d) {
    return session.requests().isEmpty()
        ? null
        : new ChannelClose(session, (FileDescriptor) descriptor.get(channel));
  }

  private static final class ChannelClose extends Call {
    private final Session session;
    private final FileDescriptor descriptor;

    ChannelClose(Session session, FileDescriptor descriptor) {
      this.session = session;
      this.descriptor = descriptor;
    }

    @Override
    public void end(long result, String error) {
      for (long id : session.requests().endAll(descriptor)) {
        session.recorder().ended(id, -1, this, "AsynchronousFileChannel");
      }
    }
  }
}
