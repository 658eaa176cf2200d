package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.meet.EventLoops;

/** {@code SelectorImpl.lockAndDoSelect}: a thread that waits at a selector runs an event loop. */
public final class SelectHook implements Hook {
  private final EventLoops loops;

  public SelectHook(EventLoops loops) {
    this.loops = loops;
  }

  @Override
  public Call enter(Object action, Object selector, long timeoutMillis, long b, long c, long d) {
    loops.selecting();
    return null;
  }
}
