package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileDelete;

/** A directory entry is being removed or replaced. */
public final class DeleteCall extends Call {
  private final Session session;
  private final Taker by;
  private final FileState before;

  public DeleteCall(Session session, Taker by, FileState before) {
    super(Stands.remove(session, by, before));
    this.session = session;
    this.by = by;
    this.before = before;
  }

  /** Returns whether a recording wants the event, or the guard the call. */
  public static boolean wanted(Session session) {
    return session.guard().isOn() || recorded(session.recorder());
  }

  private static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileDelete().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    if (!recorded(session.recorder())) {
      return;
    }
    FileDelete event = new FileDelete();
    event.linksBefore = before.links();
    before.describe(event);
    session.recorder().commit(event, this, by.operation(), error);
  }
}
