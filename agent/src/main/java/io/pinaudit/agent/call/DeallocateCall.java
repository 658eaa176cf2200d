package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.stand.FallocateMode;
import io.pinaudit.agent.stand.Taker;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.RangeDeallocate;
import java.util.List;

/** Blocks of ranges of files are being allocated or freed by fallocate(2) or madvise(2). */
public class DeallocateCall extends Call {
  private final Session session;
  private final Taker by;
  private final List<Mapping> ranges;
  private final int mode;

  /**
   * Makes a call that frees ranges of files.
   *
   * @param ranges the ranges; their addresses do not matter
   * @param mode the mode of fallocate(2)
   */
  public DeallocateCall(Session session, Taker by, List<Mapping> ranges, int mode) {
    super(Stands.deallocate(session, by, ranges, mode));
    this.session = session;
    this.by = by;
    this.ranges = ranges;
    this.mode = mode;
  }

  /** Returns whether a recording wants the event, or the guard the call. */
  public static boolean wanted(Session session) {
    return session.guard().isOn() || recorded(session.recorder());
  }

  private static boolean recorded(Recorder recorder) {
    return recorder.started() && new RangeDeallocate().isEnabled();
  }

  @Override
  public void end(long result, String callError) {
    // posix_fallocate(3) returns the number of its error.
    String error = callError == null && result > 0 ? "errno " + result : callError;
    for (Mapping range : ranges) {
      FileState file = range.file();
      long newSizeBytes = error == null ? newSizeBytes(range) : file.sizeBytes();
      if (recorded(session.recorder())) {
        commit(range, newSizeBytes, error);
      }
      if (newSizeBytes < file.sizeBytes()) {
        sizeSet(file, newSizeBytes);
      }
    }
  }

  private void commit(Mapping range, long newSizeBytes, String error) {
    RangeDeallocate event = new RangeDeallocate();
    range.file().describe(event);
    event.mode = mode;
    event.offsetBytes = range.offsetBytes();
    event.lengthBytes = range.lengthBytes();
    event.oldSizeBytes = range.file().sizeBytes();
    event.newSizeBytes = newSizeBytes;
    session.recorder().commit(event, this, by.operation(), error);
  }

  /** Notes that the file is shorter now, or will be. */
  protected void sizeSet(FileState before, long newSizeBytes) {
    session.looks().sizeSet(before, newSizeBytes, by.operation());
  }

  private long newSizeBytes(Mapping range) {
    long sizeBytes = range.file().sizeBytes();
    if (sizeBytes < 0 || (mode & FallocateMode.KEEP_SIZE) != 0) {
      return sizeBytes;
    }
    if ((mode & FallocateMode.COLLAPSE_RANGE) != 0) {
      return sizeBytes - range.lengthBytes();
    }
    return (mode & FallocateMode.INSERT_RANGE) != 0
        ? sizeBytes + range.lengthBytes()
        : Math.max(sizeBytes, range.offsetBytes() + range.lengthBytes());
  }
}
