package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.CloseCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Recorder;
import java.io.FileDescriptor;

/** {@code FileDescriptor.close()}, through which all streams, files and channels are closed. */
public final class CloseHook implements Hook {
  private final Recorder recorder;

  public CloseHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object fd, Object none, long a, long b, long c, long d) {
    return CloseCall.of(recorder, JdkInternals.number((FileDescriptor) fd));
  }
}
