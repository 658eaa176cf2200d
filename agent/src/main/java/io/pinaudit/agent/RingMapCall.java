package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;

/** A part of a ring is being mapped; the result is its address. */
final class RingMapCall extends Call {
  private final Session session;
  private final int descriptor;
  private final long offset;

  RingMapCall(Session session, int descriptor, long offset) {
    this.session = session;
    this.descriptor = descriptor;
    this.offset = offset;
  }

  @Override
  public void end(long result, String error) {
    if (error == null) {
      try {
        session.rings().mapped(descriptor, offset, result);
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
    }
  }
}
