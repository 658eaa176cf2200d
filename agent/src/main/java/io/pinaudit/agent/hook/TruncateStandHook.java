package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Stands;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;

/**
 * {@code truncate(long size)} of a FileChannelImpl, before it locks its position, or of an
 * AsynchronousFileChannel. What the channel refuses itself is left to it.
 */
public final class TruncateStandHook implements Hook {
  private final Session session;
  private final VarHandle descriptor;
  private final boolean asynchronous;

  private TruncateStandHook(Session session, VarHandle descriptor, boolean asynchronous) {
    this.session = session;
    this.descriptor = descriptor;
    this.asynchronous = asynchronous;
  }

  /** Returns the hook of channels that have a position. */
  public static Hook ofChannel(Session session) throws ReflectiveOperationException {
    return new TruncateStandHook(session, ChannelStandHook.descriptor(), false);
  }

  /** Returns the hook of asynchronous channels. */
  public static Hook ofAsynchronous(Session session) throws ReflectiveOperationException {
    VarHandle descriptor =
        JdkInternals.field(AsyncChannelHook.CHANNEL, "fdObj", FileDescriptor.class);
    return new TruncateStandHook(session, descriptor, true);
  }

  @Override
  public Call enter(Object channel, Object none, long sizeBytes, long b, long c, long d) {
    if (session.rendezvous().wants(JdkOperation.TRUNCATE.operation())
        || session.guard().holdsAny()) {
      FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
      int number = JdkInternals.number(fd);
      if (number >= 0 && !session.recorder().kernel().isReadOnly(number)) {
        stand(fd, FileState.ofDescriptor(number), sizeBytes);
      }
    }
    return null;
  }

  private void stand(FileDescriptor monitor, FileState file, long sizeBytes) {
    if (asynchronous) {
      Stands.truncateAsynchronous(session, file, sizeBytes);
    } else {
      Stands.truncate(session, file, sizeBytes, monitor);
    }
  }
}
