package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import java.util.List;

/**
 * The entries of an io_uring are being submitted; the result is the number of entries that the
 * kernel has taken.
 */
public final class RingSubmitCall extends Call {
  private final Session session;
  private final Ring ring;
  private final List<Submission> submissions;
  private final Call rest;

  /**
   * Makes a call that submits to a ring, or waits for it.
   *
   * @param rest records the call itself; may be null
   */
  public RingSubmitCall(Session session, Ring ring, List<Submission> submissions, Call rest) {
    this.session = session;
    this.ring = ring;
    this.submissions = submissions;
    this.rest = rest;
  }

  @Override
  public void end(long result, String error) {
    int taken = ring.layout().polled() ? submissions.size() : taken(result, error);
    Submission.end(session, submissions, taken, this);
    ring.submitted(taken);
    if (rest != null) {
      rest.stopWith(this);
      rest.end(result, error);
    }
    RingLook.fetch(session, ring, this);
  }

  private int taken(long result, String error) {
    return error == null && result > 0 ? (int) Math.min(result, submissions.size()) : 0;
  }
}
