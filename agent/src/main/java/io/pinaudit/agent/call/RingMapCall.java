package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Session;

/** A part of an io_uring is being mapped; the result is its address. */
public final class RingMapCall extends Call {
  private final Session session;
  private final int descriptor;
  private final long offset;

  public RingMapCall(Session session, int descriptor, long offset) {
    this.session = session;
    this.descriptor = descriptor;
    this.offset = offset;
  }

  @Override
  public void end(long result, String error) {
    if (error == null) {
      session.rings().mapped(descriptor, offset, result);
    }
  }
}
