package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileTruncate;
import java.nio.file.Path;

/** The size of a file is being set. */
public class SetSizeCall extends Call {
  private final Session session;
  private final String operation;
  private final FileState before;
  private final long newSizeBytes;

  /** The size of the file of an open descriptor is set. */
  public SetSizeCall(Session session, String operation, FileState before, long newSizeBytes) {
    this(
        Stands.resize(session, operation, before, newSizeBytes),
        session,
        operation,
        before,
        newSizeBytes);
  }

  private SetSizeCall(
      Object stood, Session session, String operation, FileState before, long newSizeBytes) {
    super(stood);
    this.session = session;
    this.operation = operation;
    this.before = before;
    this.newSizeBytes = newSizeBytes;
  }

  /** The size of the file of a name is set. */
  public static SetSizeCall named(
      Session session, String operation, FileState before, long newSizeBytes) {
    Object stood = Stands.resizeNamed(session, operation, before, newSizeBytes);
    return new SetSizeCall(stood, session, operation, before, newSizeBytes);
  }

  /** A file is opened with O_TRUNC; null if nobody wants to know, or it is no regular file. */
  public static SetSizeCall opening(Session session, String operation, Path name) {
    if (!recorded(session.recorder())) {
      return null;
    }
    FileState before = FileState.following(name);
    if (!before.known()) {
      return new Creation(session, operation, before, name);
    }
    return before.isRegular() ? named(session, operation, before, 0) : null;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTruncate().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    end(before, before.sizeBytes(), error);
  }

  final void end(FileState file, long oldSizeBytes, String error) {
    FileTruncate event = new FileTruncate();
    file.describe(event);
    event.newSizeBytes = newSizeBytes;
    event.oldSizeBytes = oldSizeBytes;
    session.recorder().commit(event, this, operation, error);
    if (error == null) {
      sizeSet(before, newSizeBytes);
    }
  }

  /** The file has its new size now, or will have it. */
  protected void sizeSet(FileState before, long newSizeBytes) {
    session.looks().sizeSet(before, newSizeBytes, operation);
  }

  /** Of a file that was not there: it is there now, and had no bytes. */
  private static final class Creation extends SetSizeCall {
    private final Path name;

    Creation(Session session, String operation, FileState before, Path name) {
      super(session, operation, before, 0);
      this.name = name;
    }

    @Override
    public void end(long result, String error) {
      if (error == null) {
        end(FileState.following(name), 0, null);
      } else {
        super.end(result, error);
      }
    }
  }
}
