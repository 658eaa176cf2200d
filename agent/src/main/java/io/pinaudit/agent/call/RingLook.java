package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
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
      look(session, ring, new RingLook());
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Does the same as {@link #fetch}, without a call of the ring: native code that the agent does
   * not see may have unmapped the ring, with requests under way. Then the ring is gone.
   */
  static void look(Session session, Ring ring, Call call) {
    if (!session.recorder().kernel().isMapped(ring.layout().completions().tailAddress())) {
      ring.leave();
    }
    fetch(session, ring, call);
  }

  /**
   * Fetches completions, and ends the requests that they complete.
   *
   * @param call when it is known that they were complete
   */
  static void fetch(Session session, Ring ring, Call call) {
    List<Ended> ended = new ArrayList<>(1);
    // Who has to wait here finds no request under way that is complete.
    synchronized (ring) {
      for (Ring.Completion completion : completions(ring)) {
        for (long userData : ring.completeBy(completion.userData())) {
          long id = session.requests().end(new Requests.Key(ring, userData));
          int result = userData == completion.userData() ? completion.result() : 0;
          ended.add(new Ended(id, result, ring.done(userData)));
        }
      }
    }
    for (Ended each : ended) {
      if (each.id != 0) {
        session.recorder().ended(each.id, each.result, call, "io_uring");
      }
      if (each.cut != null) {
        // If the request failed, the pages are there: that is told as well.
        session
            .looks()
            .sizeSet(each.cut.before(), each.cut.newSizeBytes(), each.cut.by().operation());
      }
    }
  }

  /**
   * A request that is complete.
   *
   * @param id 0 if no event has to tell its end
   * @param cut what it cut; null if nothing
   */
  private record Ended(long id, int result, Ring.Cut cut) {}

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
