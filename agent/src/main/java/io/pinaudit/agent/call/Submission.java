package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Session;
import java.util.List;

/**
 * One entry of several that a call submits.
 *
 * @param call what it asks for; null if it is of no interest
 * @param key of the request that it begins; null if it begins none
 */
public record Submission(Call call, Requests.Key key, long requestId) {

  /** The submission of a read or write, of interest if the kernel will pin its buffer. */
  public static Submission of(
      Session session,
      String operation,
      Requests.Key key,
      int descriptor,
      boolean vector,
      long address,
      long length,
      long offsetBytes) {
    if (!TransferCall.recorded(session.recorder())) {
      return new Submission(null, null, 0);
    }
    boolean direct = session.endpoints().mayBeDirect(descriptor);
    List<BufferPiece> pieces =
        vector
            ? BufferPiece.ofVector(session.mappings(), address, length, direct)
            : BufferPiece.of(session.mappings(), address, length, direct);
    if (pieces.isEmpty()) {
      return new Submission(null, null, 0);
    }
    Endpoint storage = session.endpoints().of(descriptor);
    long id = session.requests().begin(key);
    Call call = new TransferCall(session.recorder(), operation, pieces, storage, offsetBytes, id);
    return new Submission(call, key, id);
  }

  /**
   * Ends a list of submissions of which the kernel has taken the first so many.
   *
   * @param whole the call that submitted them
   */
  public static void end(Session session, List<Submission> submissions, long taken, Call whole) {
    for (int i = 0; i < submissions.size(); i++) {
      Submission submission = submissions.get(i);
      if (i >= taken) {
        submission.withdraw(session);
      } else if (submission.call != null) {
        submission.call.stopWith(whole);
        submission.call.end(0, null);
      }
    }
  }

  private void withdraw(Session session) {
    if (key != null) {
      session.requests().withdraw(key, requestId);
    }
  }
}
