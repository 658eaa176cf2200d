package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileRename;
import java.nio.file.Path;

/** A file is given another name, perhaps in place of another file, which loses that name. */
public final class RenameCall extends Call {
  private final Session session;
  private final Taker by;
  private final FileState moved;
  private final String newPath;
  private final Call replacing;

  private RenameCall(Session session, Taker by, FileState moved, Path to) {
    this(session, by, moved, to, replacing(session, by, moved, to));
  }

  // What is replaced is looked at, and perhaps waited for, before the clock starts.
  private RenameCall(Session session, Taker by, FileState moved, Path to, Call replacing) {
    super(replacing);
    this.session = session;
    this.by = by;
    this.moved = moved;
    this.newPath = to.toAbsolutePath().toString();
    this.replacing = replacing;
  }

  /** Returns the call; null if nobody wants it. */
  public static RenameCall of(Session session, Taker by, Path from, Path to) {
    return session.watches() ? new RenameCall(session, by, FileState.named(from), to) : null;
  }

  private static Call replacing(Session session, Taker by, FileState moved, Path to) {
    if (!DeleteCall.wanted(session)) {
      return null;
    }
    FileState replaced = FileState.named(to);
    // To another name of the same file it does nothing at all.
    return replaced.known() && !replaced.isDirectory() && !replaced.isSameFile(moved)
        ? new DeleteCall(session, by, replaced)
        : null;
  }

  @Override
  public void end(long result, String error) {
    session.endpoints().namesChanged();
    if (replacing != null) {
      replacing.stopWith(this);
      replacing.end(result, error);
    }
    if (session.recorder().started() && new FileRename().isEnabled()) {
      FileRename event = new FileRename();
      event.newPath = newPath;
      moved.describe(event);
      session.recorder().commit(event, this, by.operation(), error);
    }
  }
}
