package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.DeleteCall;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.NativeNames;
import io.pinaudit.agent.state.Recorder;
import java.nio.file.Path;

/**
 * {@code unlink(UnixPath)} and {@code unlinkat(int directory, byte[] name, int flags)} of the
 * native dispatcher of java.nio.file.
 */
public final class UnlinkHook implements Hook {
  private final Recorder recorder;
  private static final String OPERATION = "Files.delete";
  private static final int AT_REMOVEDIR = 0x200; // linux/fcntl.h
  private final boolean relative;

  /**
   * A hook of unlink(2) or unlinkat(2).
   *
   * @param relative whether it is unlinkat
   */
  public UnlinkHook(Recorder recorder, boolean relative) {
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
