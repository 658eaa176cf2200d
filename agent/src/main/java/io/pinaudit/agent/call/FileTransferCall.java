package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.FileTransfer;

/** Bytes are being moved from one descriptor to another; the result is how many. */
public class FileTransferCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final FileState source;
  private final long sourceOffsetBytes;
  private final FileState target;
  private final long targetOffsetBytes;
  private final long lengthBytes;

  /**
   * A copy between two files within the kernel.
   *
   * @param sourceOffsetBytes −1 at the file position
   * @param targetOffsetBytes −1 at the file position
   */
  public FileTransferCall(
      Recorder recorder,
      String operation,
      FileState source,
      long sourceOffsetBytes,
      FileState target,
      long targetOffsetBytes,
      long lengthBytes) {
    this.recorder = recorder;
    this.operation = operation;
    this.source = source;
    this.sourceOffsetBytes = sourceOffsetBytes;
    this.target = target;
    this.targetOffsetBytes = targetOffsetBytes;
    this.lengthBytes = lengthBytes;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTransfer().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    end(target, result, error);
  }

  /** Of which the target is known only now. */
  public final void end(FileState target, long result, String error) {
    FileTransfer event = new FileTransfer();
    event.sourceDeviceMajor = source.deviceMajor();
    event.sourceDeviceMinor = source.deviceMinor();
    event.sourceInode = source.inode();
    event.sourcePath = source.path();
    event.sourceOffsetBytes = sourceOffsetBytes;
    event.targetDeviceMajor = target.deviceMajor();
    event.targetDeviceMinor = target.deviceMinor();
    event.targetInode = target.inode();
    event.targetPath = target.path();
    event.targetOffsetBytes = targetOffsetBytes;
    event.lengthBytes = lengthBytes;
    event.resultBytes = result;
    boolean failed = error == null && result < 0;
    recorder.commit(event, this, operation, failed ? "result " + result : error);
  }
}
