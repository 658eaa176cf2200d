package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.state.NativeNames;
import io.pinaudit.agent.state.Recorder;
import java.nio.file.Path;

/**
 * {@code open(UnixPath, int flags, int mode)} and {@code openat(int directory, byte[] name, int
 * flags, int mode)} of the native dispatcher of java.nio.file: with TRUNCATE_EXISTING.
 */
public final class OpenHook implements Hook {
  private final Recorder recorder;
  private static final int O_TRUNC = 0x200; // asm-generic/fcntl.h
  private final boolean relative;

  /**
   * A hook of open(2) or openat(2).
   *
   * @param relative whether it is openat
   */
  public OpenHook(Recorder recorder, boolean relative) {
    this.recorder = recorder;
    this.relative = relative;
  }

  @Override
  public Call enter(Object name, Object none, long a, long b, long c, long d) {
    long flags = relative ? b : a;
    if ((flags & O_TRUNC) == 0 || !recorder.started()) {
      return null;
    }
    Path path = relative ? NativeNames.resolve(a, name) : (Path) name;
    return SetSizeCall.opening(recorder, "FileChannel.open", path);
  }
}
