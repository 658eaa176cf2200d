package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.events.BufferTransfer;
import java.util.List;

/**
 * An I/O is under way whose buffer lies, in part at least, in mapped files; the result is in bytes.
 */
class TransferCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final List<BufferPiece> pieces;
  private final int descriptor;
  private final long offsetBytes;

  /**
   * @param offsetBytes where in the storage endpoint, −1 at its file position
   */
  TransferCall(
      Recorder recorder,
      String operation,
      List<BufferPiece> pieces,
      int descriptor,
      long offsetBytes) {
    this.recorder = recorder;
    this.operation = operation;
    this.pieces = pieces;
    this.descriptor = descriptor;
    this.offsetBytes = offsetBytes;
  }

  static boolean recorded(Recorder recorder) {
    return recorder.started() && new BufferTransfer().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    FileState storage = FileState.ofDescriptor(descriptor);
    boolean direct = storage.isStorage() && recorder.kernel().isDirect(descriptor);
    for (BufferPiece piece : pieces) {
      BufferTransfer event = new BufferTransfer();
      describeBuffer(event, piece);
      event.resultBytes = piece.transferredBytes(result);
      event.storageDeviceMajor = storage.deviceMajor();
      event.storageDeviceMinor = storage.deviceMinor();
      event.storageInode = storage.inode();
      event.storagePath = storage.path();
      event.storageOffsetBytes = offsetBytes < 0 ? -1 : offsetBytes + piece.positionBytes();
      event.direct = direct;
      recorder.commit(event, this, operation, error);
    }
  }

  private static void describeBuffer(BufferTransfer event, BufferPiece piece) {
    Mapping mapping = piece.mapping();
    event.bufferAddress = mapping.address();
    event.lengthBytes = mapping.lengthBytes();
    event.bufferOffsetBytes = mapping.offsetBytes();
    event.bufferDeviceMajor = mapping.file().deviceMajor();
    event.bufferDeviceMinor = mapping.file().deviceMinor();
    event.bufferInode = mapping.file().inode();
    event.bufferPath = mapping.file().path();
  }
}
