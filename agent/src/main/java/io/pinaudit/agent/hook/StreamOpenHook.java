package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.state.Recorder;
import java.nio.file.Path;

/** {@code open(String name, boolean append)} of a FileOutputStream: truncates unless it appends. */
public final class StreamOpenHook implements Hook {
  private final Recorder recorder;

  public StreamOpenHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object name, Object stream, long append, long b, long c, long d) {
    return append == 0 && recorder.started()
        ? SetSizeCall.opening(recorder, "FileOutputStream.open", Path.of((String) name))
        : null;
  }
}
