package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.guard.Hold;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of several that a call submits.
 *
 * @param call what it asks for; null if it is of no interest
 * @param key key of the request that the entry begins; null if it begins none
 */
public record Submission(Call call, Requests.Key key, long requestId) {

  private static final Submission NONE = new Submission(null, null, 0);

  /** Returns a submission that needs no event. */
  public static Submission none() {
    return NONE;
  }

  /** Returns a submission that ends with its call. */
  public static Submission of(Call call) {
    return new Submission(call, null, 0);
  }

  /**
   * Notes the submission of a read or write: as an event if the kernel will pin its buffer;
   * otherwise it only remembers the memory until the request ends.
   *
   * @param alone whether the call submits nothing else: of several, none may be held, for those
   *     before it are taken to be under way by then
   */
  public static Submission of(
      Session session, Requests.Key key, TransferRequest request, boolean alone) {
    if (!TransferCall.wanted(session)) {
      return NONE;
    }
    boolean direct = request.target().mayBeDirect(session.endpoints());
    List<BufferPiece> all = request.memory().pieces(session.mappings(), true);
    List<BufferPiece> told = direct ? all : mapped(all);
    if (all.isEmpty()) {
      return NONE;
    }
    if (alone && !told.isEmpty() && Stands.wantsSubmission(session, request)) {
      // Before the request is taken to be under way.
      Stands.submission(session, transfer(session, request, told));
    }
    boolean tells = !told.isEmpty() && TransferCall.recorded(session.recorder());
    Hold hold =
        session.guard().isOn()
            ? Guarding.request(session, transfer(session, request, all), key.owner())
            : null;
    Requests.Request begun = begun(session, request, tells, hold);
    session.requests().begin(key, begun, all);
    if (!tells) {
      return new Submission(null, key, begun.id());
    }
    Transfer transfer = transfer(session, request, told);
    Call call = new TransferCall(session.recorder(), transfer, begun.id());
    return new Submission(call, key, begun.id());
  }

  private static Requests.Request begun(
      Session session, TransferRequest request, boolean tells, Hold hold) {
    return new Requests.Request(
        session.requests().nextId(),
        request.operation(),
        System.nanoTime(),
        session.recorder().kernel().threadId(),
        tells,
        hold);
  }

  private static Transfer transfer(
      Session session, TransferRequest request, List<BufferPiece> pieces) {
    Endpoint storage = request.target().endpoint(session.endpoints());
    return new Transfer(request.operation(), pieces, storage, request.offsetBytes());
  }

  private static List<BufferPiece> mapped(List<BufferPiece> pieces) {
    List<BufferPiece> mapped = new ArrayList<>(1);
    for (BufferPiece piece : pieces) {
      if (piece.mapping().file().known()) {
        mapped.add(piece);
      }
    }
    return mapped;
  }

  /**
   * Ends a list of submissions, of which the kernel has taken the first {@code taken}.
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

  /** Notes that the request did not come about. */
  public void withdraw(Session session) {
    if (key != null) {
      session.requests().withdraw(key, requestId);
    }
  }
}
