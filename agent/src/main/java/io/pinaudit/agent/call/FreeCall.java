package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.MemoryFree;
import java.util.ArrayList;
import java.util.List;

/** Memory that belongs to no file is being freed while asynchronous requests still use it. */
public final class FreeCall extends Call {
  /** The length of memory of which only the address is known. */
  public static final long UNKNOWN_LENGTH = -1;

  private final Session session;
  private final String operation;
  private final Mapping range;
  private List<Requests.Use> uses;

  private FreeCall(Session session, String operation, Mapping range, List<Requests.Use> uses) {
    this.session = session;
    this.operation = operation;
    this.range = range;
    this.uses = uses;
    session.recorder().stacks().cutBegins();
  }

  /**
   * Returns the call; null if no request uses the memory, or the event is off.
   *
   * @param range the memory, whose length may be {@link #UNKNOWN_LENGTH}
   */
  public static Call of(Session session, String operation, Mapping range) {
    if (!session.recorder().started() || !new MemoryFree().isEnabled()) {
      return null;
    }
    List<Requests.Use> uses = uses(session, range);
    if (uses.isEmpty()) {
      return null;
    }
    FreeCall call = new FreeCall(session, operation, range, uses);
    return call.isStillUsed() && call.isFirst() ? call : null;
  }

  /**
   * Returns whether this call is not a part of another that frees the same memory and writes an
   * event of it.
   */
  private boolean isFirst() {
    List<Requests.Use> own = new ArrayList<>();
    for (Requests.Use use : uses) {
      if (session.requests().beginFreeing(use)) {
        own.add(use);
      }
    }
    uses = own;
    return !own.isEmpty();
  }

  private static List<Requests.Use> uses(Session session, Mapping range) {
    // Of memory whose length is not known only a request at its first byte is told.
    return session.requests().uses(range.address(), Math.max(1, range.lengthBytes()));
  }

  /** Fetches completions that the program may have seen already without a call. */
  private boolean isStillUsed() {
    stop();
    for (Requests.Use use : uses) {
      if (use.owner() instanceof Ring ring && !ring.isGone()) {
        RingLook.look(session, ring, this);
      }
    }
    List<Requests.Use> remaining = new ArrayList<>();
    for (Requests.Use use : uses(session, range)) {
      if (!(use.owner() instanceof Ring ring) || !ring.isGone()) {
        remaining.add(use);
      }
    }
    uses = remaining;
    return !remaining.isEmpty();
  }

  @Override
  public void end(long result, String error) {
    for (Requests.Use use : uses) {
      session.requests().endFreeing(use);
      MemoryFree event = new MemoryFree();
      event.address = range.address();
      event.lengthBytes = range.lengthBytes();
      event.requestId = use.request().id();
      event.requestOperation = use.request().operation();
      event.requestAddress = use.address();
      event.requestLengthBytes = use.lengthBytes();
      event.requestNanos = use.request().startNanos();
      event.requestThreadId = use.request().threadId();
      session.recorder().commit(event, this, operation, error);
    }
  }
}
