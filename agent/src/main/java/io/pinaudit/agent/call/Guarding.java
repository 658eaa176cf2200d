package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.guard.Hold;
import io.pinaudit.agent.guard.Taking;
import io.pinaudit.agent.guard.Verdict;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.Intervention;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the guard of calls: which begin to use memory and files, and which are about to take them
 * away. Of the latter it writes the events, and refuses those that the guard refuses.
 */
public final class Guarding {
  private static final int FRAMES = 8;

  private Guarding() {}

  /**
   * An I/O that ends with its call begins.
   *
   * @param monitor what the JDK locks during it; null if nothing
   * @return null if it is of no interest
   */
  static Hold transfer(Session session, Transfer transfer, Object monitor) {
    if (!session.guard().isOn() || transfer.pieces().isEmpty()) {
      return null;
    }
    Stand stand = new Stand(transfer.operation(), false, Stands.reaches(transfer), monitor, null);
    return hold(session, stand, Hold.Ending.CALL);
  }

  /** An I/O that goes on after its call begins. */
  static Hold request(Session session, Transfer transfer, Object owner) {
    List<Reach> reaches = Stands.reaches(transfer);
    for (BufferPiece piece : transfer.pieces()) {
      reaches.add(Reach.lent(piece.mapping().address(), piece.mapping().lengthBytes()));
    }
    Stand.Check check = owner instanceof Ring ring ? new Completions(session, ring) : null;
    Stand stand = new Stand(transfer.operation(), false, reaches, null, check);
    return hold(session, stand, Hold.Ending.KERNEL);
  }

  /** Memory is pinned until the program ends that; null if it is of no interest. */
  static Hold pin(Session session, List<BufferPiece> pieces, String operation) {
    if (!session.guard().isOn() || pieces.isEmpty()) {
      return null;
    }
    Stand stand = new Stand(operation, false, Stands.lent(pieces), null, null);
    return hold(session, stand, Hold.Ending.PROGRAM);
  }

  private static Hold hold(Session session, Stand stand, Hold.Ending ending) {
    return session.guard().hold(stand, ending, session.recorder().kernel().threadId());
  }

  /** Fetches the completions of a ring, which the program may have seen without a call. */
  private record Completions(Session session, Ring ring) implements Stand.Check {
    @Override
    public boolean holds() {
      if (!ring.isGone()) {
        RingSubmitCall.reap(session, ring, new Look());
      }
      return !ring.isGone();
    }
  }

  /** Stands for the time at which the agent looks by itself. */
  private static final class Look extends Call {
    Look() {
      stop();
    }

    @Override
    public void end(long result, String error) {}
  }

  /** A range of a file is about to be cut off, or its blocks freed. */
  static void cut(Session session, Stand stand, FileState file) {
    take(session, stand, Taking.Kind.CUT, file);
  }

  /** The last name of a file is about to go; it matters only if nobody has the file mapped. */
  static void remove(Session session, Stand stand, FileState file) {
    if (session.guard().holdsAny() && !isMapped(session, file)) {
      take(session, stand, Taking.Kind.NAME, file);
    }
  }

  private static boolean isMapped(Session session, FileState file) {
    for (Mapping mapping : session.mappings().all()) {
      if (mapping.file().isSameFile(file)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Memory is about to be unmapped or freed by a call that may be refused.
   *
   * @param lentOnly whether only what outlives a call matters, because the JDK itself counts the
   *     calls that use the memory
   */
  public static void free(
      Session session, String operation, List<Mapping> ranges, boolean lentOnly) {
    if (!session.guard().holdsAny()) {
      return;
    }
    List<Reach> reaches = new ArrayList<>();
    FileState file = FileState.UNKNOWN;
    for (Mapping range : ranges) {
      reaches.add(
          lentOnly
              ? Reach.lent(range.address(), range.lengthBytes())
              : Reach.memory(range.address(), range.lengthBytes()));
      for (Mapping mapped : session.mappings().overlapping(range.address(), range.lengthBytes())) {
        file = mapped.file();
      }
    }
    take(session, new Stand(operation, true, reaches, null, null), Taking.Kind.MEMORY, file);
  }

  private static void take(Session session, Stand stand, Taking.Kind kind, FileState file) {
    Taking.Refusal refusal = Taking.Refusal.of(stand.operation());
    Verdict done = session.guard().take(new Taking(stand, kind, file.path(), refusal));
    if (done != null) {
      commit(session, done, file);
      Throwable refused = done.refusal();
      if (refused != null) {
        throw new Refusal(refused);
      }
    }
  }

  private static void commit(Session session, Verdict done, FileState file) {
    if (!session.recorder().started() || !new Intervention().isEnabled()) {
      return;
    }
    Intervention event = new Intervention();
    file.describe(event);
    Hold holder = done.holder();
    event.operation = done.taking().stand().operation();
    event.mode = done.mode().text();
    event.done = done.deed().done();
    event.reason = done.deed().reason();
    event.subject = done.reach().use().text();
    event.offsetBytes = done.reach().from();
    event.lengthBytes = done.reach().to() - done.reach().from();
    event.holds = done.holds();
    event.holdOperation = holder.stand().operation();
    event.holdNanos = holder.startNanos();
    event.holdThreadId = holder.threadId();
    event.holdThread = holder.threadName();
    event.holdStack = text(holder.stack());
    session.recorder().commit(event, done.startNanos(), done.endNanos());
  }

  private static String text(StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
      text.append(i == 0 ? "" : "\n").append(stack[i]);
    }
    return text.toString();
  }
}
