package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Session;
import java.nio.file.Path;

/** {@code open(String name, boolean append)} of a FileOutputStream: truncates unless it appends. */
public final class StreamOpenHook implements Hook {
  private final Session session;

  public StreamOpenHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object name, Object stream, long append, long b, long c, long d) {
    return append == 0 && session.watches()
        ? SetSizeCall.opening(session, JdkOperation.OPEN_STREAM, Path.of((String) name), 0)
        : null;
  }
}
