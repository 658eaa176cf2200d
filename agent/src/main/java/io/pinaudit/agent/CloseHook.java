package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.io.FileDescriptor;

/** {@code FileDescriptor.close()}, through which all streams, files and channels are closed. */
final class CloseHook implements Hook {
  private final Recorder recorder;

  CloseHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object fd, Object none, long a, long b, long c, long d) {
    return CloseCall.of(recorder, JdkInternals.number((FileDescriptor) fd));
  }
}
