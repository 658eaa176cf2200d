package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.FileTransferCall;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;

/**
 * {@code transferTo(source, long position, long count, target, boolean append)} and {@code
 * transferFrom(source, target, long position, long count, boolean append)} of a dispatcher.
 */
public final class FileTransferHook implements Hook {
  private final Session session;
  private final boolean toTarget;

  /**
   * A hook of one direction of transfers between files.
   *
   * @param toTarget whether the position is in the source
   */
  public FileTransferHook(Session session, boolean toTarget) {
    this.session = session;
    this.toTarget = toTarget;
  }

  @Override
  public Call enter(
      Object source, Object target, long positionBytes, long lengthBytes, long append, long d) {
    return FileTransferCall.recorded(session.recorder())
        ? new FileTransferCall(
            session.recorder(),
            toTarget ? "FileChannel.transferTo" : "FileChannel.transferFrom",
            session.endpoints().of((FileDescriptor) source).file(),
            toTarget ? positionBytes : -1,
            session.endpoints().of((FileDescriptor) target).file(),
            toTarget || append != 0 ? -1 : positionBytes,
            lengthBytes)
        : null;
  }
}
