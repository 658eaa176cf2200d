package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.RangeDeallocate;
import java.util.List;

/** Blocks of ranges of files are being allocated or freed by fallocate(2) or madvise(2). */
public final class DeallocateCall extends Call {
  private final Session session;
  private final String operation;
  private final List<Mapping> ranges;
  private final int mode;

  /**
   * A call that frees ranges of files.
   *
   * @param ranges of which the addresses do not matter
   * @param mode as fallocate(2) has it
   */
  public DeallocateCall(Session session, String operation, List<Mapping> ranges, int mode) {
    this.session = session;
    this.operation = operation;
    this.ranges = ranges;
    this.mode = mode;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new RangeDeallocate().isEnabled();
  }

  @Override
  public void end(long result, String callError) {
    // posix_fallocate(3) returns the number of its error.
    String error = callError == null && result > 0 ? "errno " + result : callError;
    for (Mapping range : ranges) {
      RangeDeallocate event = new RangeDeallocate();
      event.mode = mode;
      event.offsetBytes = range.offsetBytes();
      event.lengthBytes = range.lengthBytes();
      range.file().describe(event);
      session.recorder().commit(event, this, operation, error);
    }
  }
}
