package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileTruncate;
import java.nio.file.Path;

/** The size of a file is being set. */
public class SetSizeCall extends Call {
  private static final long O_CREAT_EXCL = 0x40 | 0x80; // asm-generic/fcntl.h

  private final Session session;
  private final Taker by;
  private final FileState before;
  private final long newSizeBytes;

  /** Makes a call that sets the size of the file of an open descriptor. */
  public SetSizeCall(Session session, Taker by, FileState before, long newSizeBytes) {
    this(Stands.resize(session, by, before, newSizeBytes), session, by, before, newSizeBytes);
  }

  private SetSizeCall(
      Object stood, Session session, Taker by, FileState before, long newSizeBytes) {
    super(stood);
    this.session = session;
    this.by = by;
    this.before = before;
    this.newSizeBytes = newSizeBytes;
  }

  /** Returns a call that sets the size of the file of an open descriptor of the program. */
  public static SetSizeCall ofDescriptor(
      Session session, Taker by, int descriptor, long newSizeBytes) {
    FileState before = FileState.ofDescriptor(descriptor);
    boolean fails =
        session.guard().holdsAny() && session.recorder().kernel().isReadOnly(descriptor);
    Object stood =
        fails ? Stands.nothing(session) : Stands.resize(session, by, before, newSizeBytes);
    return new SetSizeCall(stood, session, by, before, newSizeBytes);
  }

  /** Returns a call that sets the size of the file of a name. */
  public static SetSizeCall named(Session session, Taker by, FileState before, long newSizeBytes) {
    Object stood = Stands.resizeNamed(session, by, before, newSizeBytes);
    return new SetSizeCall(stood, session, by, before, newSizeBytes);
  }

  /**
   * Returns a call that opens a file with O_TRUNC; null if its event is off, or the file is no
   * regular file.
   *
   * @param flags of open(2): of a file that exists, O_CREAT with O_EXCL fails
   */
  public static SetSizeCall opening(Session session, Taker by, Path name, long flags) {
    if (!wanted(session)) {
      return null;
    }
    FileState before = FileState.following(name);
    if (!before.known()) {
      return new Creation(session, by, before, name);
    }
    if (!before.isRegular()) {
      return null;
    }
    return (flags & O_CREAT_EXCL) == O_CREAT_EXCL
        ? new SetSizeCall(Stands.nothing(session), session, by, before, 0)
        : named(session, by, before, 0);
  }

  /** Returns whether a recording wants the event, or the guard the call. */
  public static boolean wanted(Session session) {
    return session.guard().isOn() || recorded(session.recorder());
  }

  private static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTruncate().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    end(before, before.sizeBytes(), error);
  }

  final void end(FileState file, long oldSizeBytes, String error) {
    if (recorded(session.recorder())) {
      FileTruncate event = new FileTruncate();
      file.describe(event);
      event.newSizeBytes = newSizeBytes;
      event.oldSizeBytes = oldSizeBytes;
      session.recorder().commit(event, this, by.operation(), error);
    }
    if (error == null) {
      sizeSet(before, newSizeBytes);
    }
  }

  /** Notes that the file has its new size now, or will have it. */
  protected void sizeSet(FileState before, long newSizeBytes) {
    session.looks().sizeSet(before, newSizeBytes, by.operation());
  }

  /**
   * A call that sets the size of a file which did not exist; the file exists now, and had no bytes.
   */
  private static final class Creation extends SetSizeCall {
    private final Path name;

    Creation(Session session, Taker by, FileState before, Path name) {
      super(session, by, before, 0);
      this.name = name;
    }

    @Override
    public void end(long result, String error) {
      if (error == null) {
        end(FileState.following(name), 0, null);
      } else {
        super.end(result, error);
      }
    }
  }
}
