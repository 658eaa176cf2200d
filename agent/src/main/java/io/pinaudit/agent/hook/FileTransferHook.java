package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.FileMove;
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
   * Makes a hook of one direction of transfers between files.
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
    if (!FileTransferCall.recorded(session.recorder())) {
      return null;
    }
    FileMove move =
        new FileMove(
            toTarget ? "FileChannel.transferTo" : "FileChannel.transferFrom",
            place(source, toTarget ? positionBytes : -1),
            place(target, toTarget || append != 0 ? -1 : positionBytes),
            lengthBytes);
    return new FileTransferCall(session.recorder(), move);
  }

  private FileMove.Place place(Object descriptor, long offsetBytes) {
    return new FileMove.Place(
        session.endpoints().of((FileDescriptor) descriptor).file(), offsetBytes);
  }
}
