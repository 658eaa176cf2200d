package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Session;

/** An io_uring is being set up; the result is its descriptor, or 0 from liburing. */
public final class RingSetupCall extends Call {
  private final Session session;
  private final Call rest;
  private final long address;
  private final boolean byLibrary;

  /**
   * Makes a call that sets up a ring.
   *
   * @param address the address of the parameters, or of liburing's struct
   */
  public RingSetupCall(Session session, Call rest, long address, boolean byLibrary) {
    this.session = session;
    this.rest = rest;
    this.address = address;
    this.byLibrary = byLibrary;
  }

  @Override
  public void end(long result, String error) {
    if (rest != null) {
      rest.stopWith(this);
      rest.end(result, error);
    }
    if (error != null) {
      return;
    }
    try {
      if (byLibrary) {
        session.rings().created(address);
      } else {
        session.rings().created((int) result, address);
      }
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
