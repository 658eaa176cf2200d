package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.RingOperation;
import io.pinaudit.agent.state.Requests;
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
    reap(session, ring, this);
  }

  private int taken(long result, String error) {
    return error == null && result > 0 ? (int) Math.min(result, submissions.size()) : 0;
  }

  /** Fetches completions that no call has fetched yet, and ends the requests that they complete. */
  static void reap(Session session, Ring ring, Call call) {
    List<Ring.Completion> completions;
    try {
      completions = ring.completions();
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
    for (Ring.Completion completion : completions) {
      long id = session.requests().end(new Requests.Key(ring, completion.userData()));
      if (id != 0) {
        session.recorder().ended(id, completion.result(), call, "io_uring");
      }
      Ring.Cut cut = ring.done(completion.userData());
      if (cut != null && completion.result() >= 0) {
        session
            .looks()
            .sizeSet(cut.before(), cut.newSizeBytes(), RingOperation.FTRUNCATE.operation());
      }
    }
  }
}
