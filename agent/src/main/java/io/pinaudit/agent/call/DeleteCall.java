package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.FileDelete;

/** A directory entry is being removed or replaced. */
public final class DeleteCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final FileState before;

  public DeleteCall(Recorder recorder, String operation, FileState before) {
    this.recorder = recorder;
    this.operation = operation;
    this.before = before;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileDelete().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    FileDelete event = new FileDelete();
    event.linksBefore = before.links();
    before.describe(event);
    recorder.commit(event, this, operation, error);
  }
}
