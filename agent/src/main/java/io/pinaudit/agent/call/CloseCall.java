package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileClose;

/** A descriptor of a file without a name is being closed. */
public final class CloseCall extends Call {
  private static final String OPERATION = "close";

  private final Session session;
  private final FileState file;

  private CloseCall(Session session, FileState file) {
    super(Stands.close(session, OPERATION, file));
    this.session = session;
    this.file = file;
  }

  private static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileClose().isEnabled();
  }

  /** Returns the call; null if the file still has a name, or the descriptor is of no file. */
  public static CloseCall of(Session session, int descriptor) {
    if (descriptor < 0 || !recorded(session.recorder())) {
      return null;
    }
    FileState file = FileState.ofDescriptor(descriptor);
    return file.isRegular() && file.links() == 0 ? new CloseCall(session, file) : null;
  }

  @Override
  public void end(long result, String error) {
    FileClose event = new FileClose();
    file.describe(event);
    session.recorder().commit(event, this, OPERATION, error);
  }
}
