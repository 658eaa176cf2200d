package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.FileTransfer;

/** Bytes are being moved from one descriptor to another; the result is the number of bytes. */
public class FileTransferCall extends Call {
  private final Recorder recorder;
  private final FileMove move;

  public FileTransferCall(Recorder recorder, FileMove move) {
    this.recorder = recorder;
    this.move = move;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTransfer().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    end(move.target().file(), result, error);
  }

  /** Ends a call whose target is known only now. */
  protected final void end(FileState target, long result, String error) {
    FileState source = move.source().file();
    FileTransfer event = new FileTransfer();
    event.sourceDeviceMajor = source.deviceMajor();
    event.sourceDeviceMinor = source.deviceMinor();
    event.sourceInode = source.inode();
    event.sourcePath = source.path();
    event.sourceOffsetBytes = move.source().offsetBytes();
    event.targetDeviceMajor = target.deviceMajor();
    event.targetDeviceMinor = target.deviceMinor();
    event.targetInode = target.inode();
    event.targetPath = target.path();
    event.targetOffsetBytes = move.target().offsetBytes();
    event.lengthBytes = move.lengthBytes();
    event.resultBytes = result;
    boolean failed = error == null && result < 0;
    recorder.commit(event, this, move.operation(), failed ? "result " + result : error);
  }
}
