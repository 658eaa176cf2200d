package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.nio.file.Path;

/** {@code open(String name, boolean append)} of a FileOutputStream: truncates unless it appends. */
final class StreamOpenHook implements Hook {
  private final Recorder recorder;

  StreamOpenHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object name, Object stream, long append, long b, long c, long d) {
    return append == 0 && recorder.started()
        ? SetSizeCall.opening(recorder, "FileOutputStream.open", Path.of((String) name))
        : null;
  }
}
