package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileRename;
import java.nio.file.Path;

/** A file is given another name, maybe in place of another file, which loses its own. */
public final class RenameCall extends Call {
  private final Session session;
  private final String operation;
  private final FileState moved;
  private final String newPath;
  private final Call replacing;

  private RenameCall(
      Session session, String operation, FileState moved, String newPath, Call replacing) {
    this.session = session;
    this.operation = operation;
    this.moved = moved;
    this.newPath = newPath;
    this.replacing = replacing;
  }

  /** The call, or null if nobody wants to know of it. */
  public static RenameCall of(Session session, String operation, Path from, Path to) {
    Recorder recorder = session.recorder();
    if (!recorder.started()) {
      return null;
    }
    FileState moved = FileState.named(from);
    Call replacing = null;
    if (DeleteCall.recorded(recorder)) {
      FileState replaced = FileState.named(to);
      // To another name of the same file it does nothing at all.
      if (replaced.known() && !replaced.isDirectory() && !replaced.isSameFile(moved)) {
        replacing = new DeleteCall(recorder, operation, replaced);
      }
    }
    return new RenameCall(session, operation, moved, to.toAbsolutePath().toString(), replacing);
  }

  @Override
  public void end(long result, String error) {
    session.endpoints().namesChanged();
    if (replacing != null) {
      replacing.stopWith(this);
      replacing.end(result, error);
    }
    if (new FileRename().isEnabled()) {
      FileRename event = new FileRename();
      event.newPath = newPath;
      session.recorder().commit(event, moved, this, operation, error);
    }
  }
}
