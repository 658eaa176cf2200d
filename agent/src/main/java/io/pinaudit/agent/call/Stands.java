package io.pinaudit.agent.call;

import io.pinaudit.agent.meet.Outcome;
import io.pinaudit.agent.stand.FallocateMode;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Mappings;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.MeetingWait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the current thread stand before the call that it is about to make, if a plan names that
 * call. To be called before the clock of the call starts; each method returns null, so that it can
 * be handed to the constructor of {@link io.pinaudit.agent.boot.Call}.
 */
public final class Stands {
  private Stands() {}

  private static boolean wants(Session session, String operation) {
    return session.rendezvous().wants(operation)
        && session.recorder().started()
        && new MeetingWait().isEnabled();
  }

  /** Returns whether a call that takes something away is of interest. */
  private static boolean wantsTaking(Session session, Taker by) {
    return session.guard().holdsAny() || wants(session, by.operation());
  }

  /** Stands before a call that uses memory as the buffer of an I/O which ends with the call. */
  public static Object transfer(Session session, Transfer transfer) {
    return transfer(session, transfer, null);
  }

  /** Returns whether {@link #submission} would do anything. */
  static boolean wantsSubmission(Session session, TransferRequest request) {
    return wants(session, request.operation());
  }

  /** Stands before a call that uses memory as the buffer of an I/O which goes on after the call. */
  static void submission(Session session, Transfer transfer) {
    List<Reach> reaches = reaches(transfer);
    for (BufferPiece piece : transfer.pieces()) {
      addLent(reaches, piece.mapping());
    }
    stand(session, transfer, reaches, null);
  }

  /**
   * Stands before a call that uses memory as the buffer of an I/O.
   *
   * @param monitor what the JDK locks during it; null if nothing
   */
  public static Object transfer(Session session, Transfer transfer, Object monitor) {
    if (!transfer.pieces().isEmpty() && wants(session, transfer.operation())) {
      stand(session, transfer, reaches(transfer), monitor);
    }
    return null;
  }

  /** Returns what an I/O uses while its call is under way. */
  static List<Reach> reaches(Transfer transfer) {
    List<Reach> reaches = new ArrayList<>();
    for (BufferPiece piece : transfer.pieces()) {
      addMemory(reaches, piece.mapping());
    }
    if (transfer.storage().direct() && transfer.storage().file().known()) {
      addStorage(reaches, transfer);
    }
    return reaches;
  }

  private static void stand(
      Session session, Transfer transfer, List<Reach> reaches, Object monitor) {
    FileState memory = transfer.pieces().get(0).mapping().file();
    FileState file = memory.known() ? memory : transfer.storage().file();
    Stand.Check still = still(session, transfer.pieces());
    stand(session, new Stand(transfer.operation(), false, reaches, monitor, still), file);
  }

  private static void addLent(List<Reach> reaches, Mapping memory) {
    reaches.add(Reach.lent(memory.address(), memory.lengthBytes()));
  }

  private static void addMemory(List<Reach> reaches, Mapping memory) {
    FileState file = memory.file();
    if (file.known()) {
      reaches.add(
          Reach.file(
              Reach.Use.BUFFER,
              file.device(),
              file.inode(),
              memory.offsetBytes(),
              memory.lengthBytes()));
    }
    reaches.add(Reach.memory(memory.address(), memory.lengthBytes()));
  }

  private static void addStorage(List<Reach> reaches, Transfer transfer) {
    FileState file = transfer.storage().file();
    long offset = Math.max(0, transfer.offsetBytes());
    long length = transfer.offsetBytes() < 0 ? Long.MAX_VALUE : lengthBytes(transfer.pieces());
    reaches.add(Reach.file(Reach.Use.STORAGE, file.device(), file.inode(), offset, length));
  }

  private static long lengthBytes(List<BufferPiece> pieces) {
    long length = 0;
    for (BufferPiece piece : pieces) {
      length += piece.mapping().lengthBytes();
    }
    return length;
  }

  /** Stands before a call that pins memory until further notice. */
  static Object pin(Session session, List<BufferPiece> pieces, String operation) {
    if (wants(session, operation)) {
      stand(
          session,
          new Stand(operation, false, lent(pieces), null, still(session, pieces)),
          FileState.UNKNOWN);
    }
    return null;
  }

  /** Returns what the kernel uses until further notice. */
  static List<Reach> lent(List<BufferPiece> pieces) {
    List<Reach> reaches = new ArrayList<>();
    for (BufferPiece piece : pieces) {
      addMemory(reaches, piece.mapping());
      addLent(reaches, piece.mapping());
    }
    return reaches;
  }

  /**
   * Stands before a call that sets the size of the file of a descriptor, unless the JDK has locked
   * the descriptor's channel by now.
   */
  static Object resize(Session session, Taker by, FileState file, long newSizeBytes) {
    boolean isLocked = by == JdkOperation.TRUNCATE;
    if (!isLocked && shrinks(file, newSizeBytes) && wantsTaking(session, by)) {
      List<Reach> reaches = rest(file, newSizeBytes, true);
      cut(session, new Stand(by.operation(), true, reaches, null, null), by, file);
    }
    return cutBegins(session);
  }

  /** Stands before a call that sets the size of a named file. */
  static Object resizeNamed(Session session, Taker by, FileState file, long newSizeBytes) {
    if (shrinks(file, newSizeBytes) && wantsTaking(session, by)) {
      List<Reach> reaches = rest(file, newSizeBytes, true);
      cut(session, new Stand(by.operation(), true, reaches, null, Named.of(file)), by, file);
    }
    return cutBegins(session);
  }

  /**
   * Stands before {@code FileChannel.truncate}, which locks the position of the channel.
   *
   * @param monitor what stands for the lock: the channel's descriptor
   */
  public static void truncate(Session session, FileState file, long newSizeBytes, Object monitor) {
    Taker by = JdkOperation.TRUNCATE;
    if (wantsTaking(session, by) && shrinks(file, newSizeBytes)) {
      List<Reach> reaches = rest(file, newSizeBytes, true);
      cut(session, new Stand(by.operation(), true, reaches, monitor, null), by, file);
    }
  }

  /** Asks the guard before {@code AsynchronousFileChannel.truncate}. */
  public static void truncateAsynchronous(Session session, FileState file, long newSizeBytes) {
    Taker by = JdkOperation.ASYNC_TRUNCATE;
    if (session.guard().holdsAny() && shrinks(file, newSizeBytes)) {
      List<Reach> reaches = rest(file, newSizeBytes, true);
      Guarding.cut(session, new Stand(by.operation(), true, reaches, null, null), by, file);
    }
  }

  /** Returns whether the file gets shorter; a negative size is refused by whoever is asked. */
  private static boolean shrinks(FileState file, long newSizeBytes) {
    return newSizeBytes >= 0 && file.sizeBytes() > newSizeBytes;
  }

  /** Notes a call that fails by itself: nothing is to be held or guarded. */
  static Object nothing(Session session) {
    return cutBegins(session);
  }

  private static List<Reach> rest(FileState file, long fromBytes, boolean storage) {
    List<Reach> reaches = new ArrayList<>(2);
    addRange(reaches, file, fromBytes, Long.MAX_VALUE, storage);
    return reaches;
  }

  private static void addRange(
      List<Reach> reaches, FileState file, long offset, long lengthBytes, boolean storage) {
    reaches.add(Reach.file(Reach.Use.BUFFER, file.device(), file.inode(), offset, lengthBytes));
    if (storage) {
      reaches.add(Reach.file(Reach.Use.STORAGE, file.device(), file.inode(), offset, lengthBytes));
    }
  }

  /** Stands before a call that frees blocks of ranges of files. */
  static Object deallocate(Session session, Taker by, List<Mapping> ranges, int mode) {
    if (!wantsTaking(session, by)) {
      return cutBegins(session);
    }
    boolean moves = FallocateMode.moves(mode);
    if (moves || FallocateMode.clears(mode)) {
      List<Reach> reaches = new ArrayList<>();
      for (Mapping range : ranges) {
        long length = moves ? Long.MAX_VALUE : range.lengthBytes();
        addRange(reaches, range.file(), range.offsetBytes(), length, true);
      }
      cut(session, new Stand(by.operation(), true, reaches, null, null), by, ranges.get(0).file());
    }
    return cutBegins(session);
  }

  /** Stands before a call that takes the last name of a file. */
  static Object remove(Session session, Taker by, FileState file) {
    if (file.known() && file.links() <= 1 && wantsTaking(session, by)) {
      Stand stand = new Stand(by.operation(), true, rest(file, 0, false), null, Named.of(file));
      meet(session, stand, file);
      Guarding.remove(session, stand, by, file);
    }
    return cutBegins(session);
  }

  /** Stands before a call that closes a descriptor of a file without a name. */
  static Object close(Session session, String operation, FileState file) {
    if (wants(session, operation)) {
      stand(session, new Stand(operation, true, rest(file, 0, false), null, null), file);
    }
    return cutBegins(session);
  }

  /** Stands before a call that unmaps a range of addresses. */
  static Object unmap(Session session, String operation, Mapping range) {
    if (wants(session, operation)) {
      List<Reach> reaches = List.of(Reach.memory(range.address(), range.lengthBytes()));
      stand(session, new Stand(operation, true, reaches, null, null), FileState.UNKNOWN);
    }
    return cutBegins(session);
  }

  private static Object cutBegins(Session session) {
    RingLook.atAll(session);
    session.recorder().stacks().cutBegins();
    return null;
  }

  private static void cut(Session session, Stand stand, Taker by, FileState file) {
    meet(session, stand, file);
    Guarding.cut(session, stand, by, file);
  }

  private static void meet(Session session, Stand stand, FileState file) {
    if (wants(session, stand.operation())) {
      stand(session, stand, file);
    }
  }

  private static void stand(Session session, Stand stand, FileState file) {
    Outcome outcome = session.rendezvous().stand(stand);
    if (outcome != null) {
      if (new MeetingWait().isEnabled()) {
        session.recorder().commit(event(outcome, file), outcome.startNanos(), outcome.endNanos());
      }
      outcome.go();
    }
  }

  private static MeetingWait event(Outcome outcome, FileState file) {
    MeetingWait event = new MeetingWait();
    event.pair = outcome.pair();
    event.side = outcome.stand().takes() ? MeetingWait.TAKES : MeetingWait.HANDS;
    event.outcome = outcome.result();
    event.operation = outcome.stand().operation();
    file.describe(event);
    if (outcome.meeting() != null) {
      Reach reach = outcome.meeting().reach();
      event.meetingId = outcome.meeting().id();
      event.first = outcome.meeting().first();
      event.subject = reach.use().text();
      event.offsetBytes = reach.from();
      event.lengthBytes = reach.to() - reach.from();
    }
    return event;
  }

  private static Stand.Check still(Session session, List<BufferPiece> pieces) {
    return new StillMapped(session.mappings(), pieces);
  }

  /** Memory that may have become that of another file meanwhile. */
  private static final class StillMapped implements Stand.Check {
    private final Mappings mappings;
    private final List<BufferPiece> pieces;

    private StillMapped(Mappings mappings, List<BufferPiece> pieces) {
      this.mappings = mappings;
      this.pieces = pieces;
    }

    @Override
    public boolean holds() {
      for (BufferPiece piece : pieces) {
        if (piece.mapping().file().known() && !holds(piece.mapping())) {
          return false;
        }
      }
      return true;
    }

    private boolean holds(Mapping memory) {
      List<Mapping> there = mappings.overlapping(memory.address(), memory.lengthBytes());
      for (Mapping now : there) {
        if (!now.file().isSameFile(memory.file())) {
          return false;
        }
      }
      return !there.isEmpty();
    }
  }

  /** A name of a file that another may have taken meanwhile. */
  private static final class Named implements Stand.Check {
    private final FileState file;

    private Named(FileState file) {
      this.file = file;
    }

    /** Returns null if the file has no name that could be looked up again. */
    static Stand.Check of(FileState file) {
      return file.path() == null ? null : new Named(file);
    }

    @Override
    public boolean holds() {
      return file.isSameFile(FileState.following(Path.of(file.path())));
    }
  }
}
