package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.FileClose;

/** A descriptor of a file without a name is being closed. */
public final class CloseCall extends Call {
  private final Recorder recorder;
  private final FileState file;

  private CloseCall(Recorder recorder, FileState file) {
    this.recorder = recorder;
    this.file = file;
  }

  private static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileClose().isEnabled();
  }

  /** The call, or null if the file still has a name or is none. */
  public static CloseCall of(Recorder recorder, int descriptor) {
    if (descriptor < 0 || !recorded(recorder)) {
      return null;
    }
    FileState file = FileState.ofDescriptor(descriptor);
    return file.isRegular() && file.links() == 0 ? new CloseCall(recorder, file) : null;
  }

  @Override
  public void end(long result, String error) {
    FileClose event = new FileClose();
    file.describe(event);
    recorder.commit(event, this, "close", error);
  }
}
