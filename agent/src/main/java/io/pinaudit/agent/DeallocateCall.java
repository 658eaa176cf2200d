package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.events.RangeDeallocate;

/** fallocate(2) is under way. */
final class DeallocateCall extends Call {
  private final Recorder recorder;
  private final FileState file;
  private final int mode;
  private final long offsetBytes;
  private final long lengthBytes;

  DeallocateCall(Recorder recorder, FileState file, NativeArguments arguments) {
    this.recorder = recorder;
    this.file = file;
    this.mode = (int) arguments.b();
    this.offsetBytes = arguments.c();
    this.lengthBytes = arguments.d();
  }

  static boolean recorded(Recorder recorder) {
    return recorder.started() && new RangeDeallocate().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    RangeDeallocate event = new RangeDeallocate();
    event.mode = mode;
    event.offsetBytes = offsetBytes;
    event.lengthBytes = lengthBytes;
    recorder.commit(event, file, this, "fallocate", error);
  }
}
