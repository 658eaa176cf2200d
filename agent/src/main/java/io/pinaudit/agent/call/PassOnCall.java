package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Session;

/** What a pipe holds is being moved, or copied, to another descriptor by splice(2) or tee(2). */
public final class PassOnCall extends Call {
  private final Session session;
  private final Call rest;
  private final int from;
  private final int to;

  private PassOnCall(Session session, Call rest, int from, int to) {
    this.session = session;
    this.rest = rest;
    this.from = from;
    this.to = to;
    // At once: what is moved must be known to be there before it is gone from here.
    Guarding.passOn(session, from, to, false);
  }

  /**
   * Returns the call; {@code rest} if there is no guard that has to know.
   *
   * @param rest what tells of the call; may be null
   */
  public static Call of(Session session, Call rest, int from, int to) {
    return session.guard().isOn() ? new PassOnCall(session, rest, from, to) : rest;
  }

  @Override
  public void end(long result, String error) {
    // What came in meanwhile.
    Guarding.passOn(session, from, to, true);
    if (rest != null) {
      rest.stopWith(this);
      rest.end(result, error);
    }
  }
}
