package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.nio.file.Path;

/**
 * {@code unlink(UnixPath)} and {@code unlinkat(int directory, byte[] name, int flags)} of the
 * native dispatcher of java.nio.file.
 */
final class UnlinkHook implements Hook {
  private final Recorder recorder;
  private static final String OPERATION = "Files.delete";
  private static final int AT_REMOVEDIR = 0x200; // linux/fcntl.h
  private final boolean relative;

  /**
   * @param relative whether it is unlinkat
   */
  UnlinkHook(Recorder recorder, boolean relative) {
    this.recorder = recorder;
    this.relative = relative;
  }

  @Override
  public Call enter(Object name, Object none, long a, long b, long c, long d) {
    if (relative && (b & AT_REMOVEDIR) != 0 || !DeleteCall.recorded(recorder)) {
      return null;
    }
    Path path = relative ? NativeNames.resolve(a, name) : (Path) name;
    return new DeleteCall(recorder, OPERATION, FileState.named(path));
  }
}
