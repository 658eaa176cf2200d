package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.events.FileTruncate;

/** The size of a file is being set. */
final class SetSizeCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final FileState before;
  private final long newSizeBytes;

  SetSizeCall(Recorder recorder, String operation, FileState before, long newSizeBytes) {
    this.recorder = recorder;
    this.operation = operation;
    this.before = before;
    this.newSizeBytes = newSizeBytes;
  }

  static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTruncate().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    FileTruncate event = new FileTruncate();
    event.newSizeBytes = newSizeBytes;
    event.oldSizeBytes = before.sizeBytes();
    recorder.commit(event, before, this, operation, error);
  }
}
