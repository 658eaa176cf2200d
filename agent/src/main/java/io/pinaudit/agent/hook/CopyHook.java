package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.FileMove;
import io.pinaudit.agent.call.FileTransferCall;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import java.nio.file.Path;

/**
 * {@code copyFile(UnixPath source, attributes, UnixPath target, flags, long)} of java.nio.file: by
 * copy_file_range(2) or sendfile(2), as often as it takes, into a file that it has created.
 */
public final class CopyHook implements Hook {
  private final Recorder recorder;

  public CopyHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object source, Object target, long a, long b, long c, long d) {
    return FileTransferCall.recorded(recorder)
        ? new CopyCall(recorder, FileState.following((Path) source), (Path) target)
        : null;
  }

  private static final class CopyCall extends FileTransferCall {
    private final Path target;

    CopyCall(Recorder recorder, FileState source, Path target) {
      super(
          recorder,
          new FileMove(
              "Files.copy",
              new FileMove.Place(source, 0),
              new FileMove.Place(FileState.UNKNOWN, 0),
              source.sizeBytes()));
      this.target = target;
    }

    @Override
    public void end(long result, String error) {
      FileState copy = FileState.following(target);
      end(copy, error == null ? copy.sizeBytes() : -1, error);
    }
  }
}
