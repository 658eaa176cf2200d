package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;

/** {@code truncate(FileDescriptor, long size)} of a dispatcher. */
public final class TruncateHook implements Hook {
  private final Session session;

  public TruncateHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object fd, Object self, long sizeBytes, long b, long c, long d) {
    if (!SetSizeCall.wanted(session)) {
      return null;
    }
    FileState before = FileState.ofDescriptor(JdkInternals.number((FileDescriptor) fd));
    // FileChannel.truncate never extends; map does when it is asked for more than there is.
    boolean grows = sizeBytes > before.sizeBytes();
    JdkOperation operation = grows ? JdkOperation.MAP : JdkOperation.TRUNCATE;
    return new SetSizeCall(session, operation, before, sizeBytes);
  }
}
