package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.events.FileTransfer;

/** Bytes are being moved from one descriptor to another; the result is how many. */
class FileTransferCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final FileState source;
  private final long sourceOffsetBytes;
  private final FileState target;
  private final long targetOffsetBytes;
  private final long lengthBytes;

  /**
   * @param sourceOffsetBytes −1 at the file position
   * @param targetOffsetBytes −1 at the file position
   */
  FileTransferCall(
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

  static boolean recorded(Recorder recorder) {
    return recorder.started() && new FileTransfer().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    end(target, result, error);
  }

  /** Of which the target is known only now. */
  final void end(FileState target, long result, String error) {
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
