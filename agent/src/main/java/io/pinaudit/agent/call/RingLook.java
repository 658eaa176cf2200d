package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.RingOperation;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent fetches completions of an io_uring that no call has fetched yet: after a call of the
 * ring, and by itself, because the program may read them in the ring's memory without any call.
 */
public final class RingLook extends Call {
  private RingLook() {
    stop();
  }

  /**
   * Looks at all rings, if requests are under way. To be called before something is taken away that
   * requests use: of those that the program has seen to be complete the end is known by then.
   */
  public static void atAll(Session session) {
    if (session.requests().isEmpty()) {
      return;
    }
    for (Ring ring : session.rings().all()) {
      // Where completions are lost, the ring's next call tells that.
      at(session, ring);
    }
  }

  /** Looks at one ring; returns false if completions are lost, and nobody can say which. */
  static boolean at(Session session, Ring ring) {
    try {
      fetch(session, ring, new RingLook());
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Fetches completions, and ends the requests that they complete.
   *
   * @param call when it is known that they were complete
   */
  static void fetch(Session session, Ring ring, Call call) {
    List<Ring.Completion> completions;
    List<Long> ids = new ArrayList<>(1);
    // Who has to wait here finds no request under way that is complete.
    synchronized (ring) {
      completions = completions(ring);
      for (Ring.Completion completion : completions) {
        ids.add(session.requests().end(new Requests.Key(ring, completion.userData())));
      }
    }
    for (int i = 0; i < completions.size(); i++) {
      Ring.Completion completion = completions.get(i);
      if (ids.get(i) != 0) {
        session.recorder().ended(ids.get(i), completion.result(), call, "io_uring");
      }
      Ring.Cut cut = ring.done(completion.userData());
      if (cut != null && completion.result() >= 0) {
        session.looks().sizeSet(cut.before(), cut.newSizeBytes(), RingOperation.FTRUNCATE.operation());
      }
    }
  }

  private static List<Ring.Completion> completions(Ring ring) {
    try {
      return ring.completions();
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  @Override
  public void end(long result, String error) {}
}
