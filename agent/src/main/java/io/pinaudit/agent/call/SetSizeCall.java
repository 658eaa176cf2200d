package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.FileTruncate;
import java.nio.file.Path;

/** The size of a file is being set. */
public final class SetSizeCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final FileState before;
  private final Path name;
  private final long newSizeBytes;

  public SetSizeCall(Recorder recorder, String operation, FileState before, long newSizeBytes) {
    this(recorder, operation, before, null, newSizeBytes);
  }

  private SetSizeCall(
      Recorder recorder, String operation, FileState before, Path name, long newSizeBytes) {
    this.recorder = recorder;
    this.operation = operation;
    this.before = before;
    this.name = name;
    this.newSizeBytes = newSizeBytes;
  }

  /** A file is opened with O_TRUNC; null if nobody wants to know, or it is no regular file. */
  public static SetSizeCall opening(Recorder recorder, String operation, Path name) {
    if (!recorded(recorder)) {
      return null;
    }
    FileState before = FileState.following(name);
    return before.known() && !before.isRegular()
        ? null
        : new SetSizeCall(recorder, operation, before, name, 0);
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTruncate().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    // One that was not there is there now, and had no bytes.
    boolean created = name != null && !before.known() && error == null;
    FileTruncate event = new FileTruncate();
    event.newSizeBytes = newSizeBytes;
    event.oldSizeBytes = created ? 0 : before.sizeBytes();
    FileState file = created ? FileState.following(name) : before;
    recorder.commit(event, file, this, operation, error);
  }
}
