package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.CloseCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Recorder;
import java.lang.invoke.VarHandle;

/** {@code FileCleanable.performCleanup()}: a descriptor is closed because nobody refers to it. */
public final class CleanHook implements Hook {
  private final Recorder recorder;
  private final VarHandle descriptor;

  public CleanHook(Recorder recorder) throws ReflectiveOperationException {
    this.recorder = recorder;
    descriptor = JdkInternals.field("java.io.FileCleanable", "fd", int.class);
  }

  @Override
  public Call enter(Object cleanable, Object none, long a, long b, long c, long d) {
    return CloseCall.of(recorder, (int) descriptor.get(cleanable));
  }
}
