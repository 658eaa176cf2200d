package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.guard.GuardAction;
import io.pinaudit.agent.guard.Hold;
import io.pinaudit.agent.guard.Taking;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.agent.stand.Stand;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.LentPages;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Pipes;
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
  private Guarding() {}

  /**
   * Notes that an I/O begins that ends with its call.
   *
   * @param monitor what the JDK locks during it; null if nothing
   * @return null if it is of no interest
   */
  static Hold transfer(Session session, Transfer transfer, Object monitor) {
    if (!session.guard().isOn() || transfer.pieces().isEmpty() || isCopy(session, transfer)) {
      return null;
    }
    Stand stand = new Stand(transfer.operation(), false, Stands.reaches(transfer), monitor, null);
    return hold(session, stand, Hold.Ending.CALL);
  }

  /**
   * Returns whether files need not be kept mapped for an I/O: without O_DIRECT the kernel copies
   * the bytes during the call, and pins nothing.
   */
  private static boolean isCopy(Session session, Transfer transfer) {
    return session.guard().keeps()
        && !transfer.storage().direct()
        && !transfer.operation().equals(NativeSymbol.VMSPLICE.symbol());
  }

  /** Notes that an I/O begins that goes on after its call. */
  static Hold request(Session session, Transfer transfer, Object owner) {
    List<Reach> reaches = Stands.reaches(transfer);
    for (BufferPiece piece : transfer.pieces()) {
      reaches.add(Reach.lent(piece.mapping().address(), piece.mapping().lengthBytes()));
    }
    Stand.Check check = owner instanceof Ring ring ? new Completions(session, ring) : null;
    Stand stand = new Stand(transfer.operation(), false, reaches, null, check);
    return hold(session, stand, Hold.Ending.KERNEL);
  }

  /**
   * Pages are lent to a pipe, until somebody reads them.
   *
   * @param descriptor of the pipe
   * @param lend when that was asked for, and how many bytes
   */
  static void lend(Session session, Transfer transfer, int descriptor, Pipes.Lend lend) {
    FileState pipe = FileState.ofDescriptor(descriptor);
    if (session.guard().isOn() && pipe.known() && !pipe.isRegular()) {
      session.recorder().kernel().link();
      Stand.Check check = LentPages.of(session.pipes(), pipe.inode(), descriptor, lend);
      List<Reach> reaches = Stands.lent(transfer.pieces());
      Stand stand = new Stand(transfer.operation(), false, reaches, null, check);
      hold(session, stand, Hold.Ending.READER);
    }
  }

  /**
   * Notes that what one pipe holds goes to another one; the first may keep it as well, or may not.
   *
   * @param isOver whether it has gone there, as far as it is to go
   */
  static void passOn(Session session, int from, int to, boolean isOver) {
    FileState source = FileState.ofDescriptor(from);
    FileState target = FileState.ofDescriptor(to);
    for (Hold hold : session.guard().holds()) {
      if (hold.stand().check() instanceof LentPages lent && target.known()) {
        if (isOver) {
          lent.passedOn(source.inode(), target.inode(), to);
        } else {
          lent.passOn(source.inode(), target.inode(), to);
        }
      }
    }
  }

  /**
   * Notes that memory is pinned until the program ends the pin; returns null if that is of no
   * interest.
   */
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
      return !ring.isGone() && RingLook.at(session, ring);
    }
  }

  /**
   * Pages of files are about to be unmapped, by whatever thread: the files stay mapped if the guard
   * keeps them.
   */
  public static void unmapping(Session session, String operation, List<Mapping> leaving) {
    if (!session.guard().keeps() || !session.guard().holdsAny()) {
      return;
    }
    for (Mapping each : leaving) {
      FileState file = each.file();
      if (file.known()) {
        Reach pages =
            Reach.file(
                Reach.Use.BUFFER,
                file.device(),
                file.inode(),
                each.offsetBytes(),
                each.lengthBytes());
        Stand stand = new Stand(operation, true, List.of(pages), null, null);
        Taking taking = new Taking(stand, Taking.Kind.MEMORY, file.path(), RefusedBy.NEVER);
        GuardAction done = session.guard().keep(taking, each.address());
        if (done != null) {
          commit(session, done, file);
        }
      }
    }
  }

  /** Asks the guard before a range of a file is cut off, or its blocks are freed. */
  static void cut(Session session, Stand stand, Taker by, FileState file) {
    take(session, new Taking(stand, Taking.Kind.CUT, file.path(), by.refusedBy()), file);
  }

  /**
   * Asks the guard before the last name of a file goes, which matters only if nobody has the file
   * mapped.
   */
  static void remove(Session session, Stand stand, Taker by, FileState file) {
    if (session.guard().holdsAny() && !isMapped(session, file)) {
      take(session, new Taking(stand, Taking.Kind.NAME, file.path(), by.refusedBy()), file);
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
   * Asks the guard before memory is unmapped or freed by a call that may be refused.
   *
   * @param lentOnly whether only what outlives a call matters, because the JDK itself counts the
   *     calls that use the memory
   */
  public static void free(Session session, Taker by, List<Mapping> ranges, boolean lentOnly) {
    if (!session.guard().holdsAny()) {
      return;
    }
    List<Mapping> taken = new ArrayList<>();
    for (Mapping range : ranges) {
      if (range.lengthBytes() > 0) {
        addParts(session, range, taken);
      }
    }
    List<Reach> reaches = new ArrayList<>();
    for (Mapping part : taken) {
      reaches.add(
          lentOnly
              ? Reach.lent(part.address(), part.lengthBytes())
              : Reach.memory(part.address(), part.lengthBytes()));
    }
    if (!reaches.isEmpty()) {
      Stand stand = new Stand(by.operation(), true, reaches, null, null);
      FileState file = taken.get(0).file();
      take(session, new Taking(stand, Taking.Kind.MEMORY, file.path(), by.refusedBy()), file);
    }
  }

  /**
   * Adds the parts of a range of addresses that are guarded, each with its file. What is mapped may
   * go if files are kept.
   */
  private static void addParts(Session session, Mapping range, List<Mapping> parts) {
    long from = range.address();
    for (Mapping mapped : session.mappings().overlapping(from, range.lengthBytes())) {
      addPart(session, Mapping.ofNoFile(from, mapped.address() - from), parts);
      if (!session.guard().keeps()) {
        addPart(session, mapped, parts);
      }
      from = mapped.address() + mapped.lengthBytes();
    }
    long end = range.address() + range.lengthBytes();
    addPart(session, Mapping.ofNoFile(from, end - from), parts);
  }

  private static void addPart(Session session, Mapping part, List<Mapping> parts) {
    if (part.lengthBytes() > 0 && session.guard().selectsPath(part.file().path())) {
      parts.add(part);
    }
  }

  private static void take(Session session, Taking taking, FileState file) {
    GuardAction done = session.guard().take(taking);
    if (done != null) {
      boolean isMemory = taking.kind() == Taking.Kind.MEMORY;
      commit(session, done, isMemory ? fileAt(session, done.reach()) : file);
      Throwable refused = done.refusal();
      if (refused != null) {
        throw new Refusal(refused);
      }
    }
  }

  private static FileState fileAt(Session session, Reach memory) {
    List<Mapping> mapped = session.mappings().overlapping(memory.from(), 1);
    return mapped.isEmpty() ? FileState.UNKNOWN : mapped.get(0).file();
  }

  private static void commit(Session session, GuardAction done, FileState file) {
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
    for (StackTraceElement frame : stack) {
      text.append(text.isEmpty() ? "" : "\n").append(frame);
    }
    return text.toString();
  }
}
