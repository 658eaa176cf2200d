package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.BufferTransfer;
import java.util.List;

/** An I/O is under way whose buffer is worth an event; the result is in bytes. */
public class TransferCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final List<BufferPiece> pieces;
  private final Endpoint storage;
  private final long offsetBytes;
  private final long requestId;

  /**
   * A read or write of one piece of memory.
   *
   * @param offsetBytes where in the storage endpoint, −1 at its file position
   * @param requestId of an I/O that goes on after the call, else 0
   */
  public TransferCall(
      Recorder recorder,
      String operation,
      List<BufferPiece> pieces,
      Endpoint storage,
      long offsetBytes,
      long requestId) {
    this.recorder = recorder;
    this.operation = operation;
    this.pieces = pieces;
    this.storage = storage;
    this.offsetBytes = offsetBytes;
    this.requestId = requestId;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new BufferTransfer().isEnabled();
  }

  @Override
  public void end(long result, String error) {
    for (BufferPiece piece : pieces) {
      BufferTransfer event = new BufferTransfer();
      BufferPiece.describe(event, piece.mapping());
      event.requestId = requestId;
      event.resultBytes = piece.transferredBytes(result);
      event.storageDeviceMajor = storage.file().deviceMajor();
      event.storageDeviceMinor = storage.file().deviceMinor();
      event.storageInode = storage.file().inode();
      event.storagePath = storage.file().path();
      event.storageOffsetBytes = offsetBytes < 0 ? -1 : offsetBytes + piece.positionBytes();
      event.direct = storage.direct();
      recorder.commit(event, this, operation, error);
    }
  }
}
