package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.io.File;

/**
 * {@code delete(File)} and {@code rename(File, File)} of java.io.UnixFileSystem; the result is a
 * boolean.
 */
final class FileHook implements Hook {
  private final Recorder recorder;
  private final boolean renames;

  /**
   * @param renames whether it is rename
   */
  FileHook(Recorder recorder, boolean renames) {
    this.recorder = recorder;
    this.renames = renames;
  }

  @Override
  public Call enter(Object file, Object other, long a, long b, long c, long d) {
    if (!DeleteCall.recorded(recorder)) {
      return null;
    }
    FileState before = FileState.named(((File) (renames ? other : file)).toPath());
    if (!before.known() || before.isDirectory()) {
      return null;
    }
    return new FileCall(recorder, renames ? "File.renameTo" : "File.delete", before);
  }

  private static final class FileCall extends DeleteCall {
    FileCall(Recorder recorder, String operation, FileState before) {
      super(recorder, operation, before);
    }

    @Override
    public void end(long result, String error) {
      super.end(result, error == null && result == 0 ? "false" : error);
    }
  }
}
