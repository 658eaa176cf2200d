package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.nio.file.Path;

/**
 * {@code rename(UnixPath, UnixPath)} and {@code renameat(int, byte[], int, byte[])} of the native
 * dispatcher of java.nio.file: of interest when they replace a file.
 */
final class RenameHook implements Hook {
  private final Recorder recorder;
  private final boolean relative;

  /**
   * @param relative whether it is renameat
   */
  RenameHook(Recorder recorder, boolean relative) {
    this.recorder = recorder;
    this.relative = relative;
  }

  @Override
  public Call enter(Object from, Object to, long fromDirectory, long toDirectory, long c, long d) {
    if (!DeleteCall.recorded(recorder)) {
      return null;
    }
    Path path = relative ? NativeNames.resolve(toDirectory, to) : (Path) to;
    FileState replaced = FileState.named(path);
    return replaced.known() ? new DeleteCall(recorder, "Files.move", replaced) : null;
  }
}
