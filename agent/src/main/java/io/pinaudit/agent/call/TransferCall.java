package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.BriefTransfer;
import io.pinaudit.events.BufferTransfer;
import io.pinaudit.events.TransferEvent;

/** An I/O is under way whose buffer is worth an event; the result is in bytes. */
public class TransferCall extends Call {
  private final Recorder recorder;
  private final Transfer transfer;
  private final long requestId;

  /**
   * A read or write.
   *
   * @param requestId of an I/O that goes on after the call, else 0
   */
  public TransferCall(Recorder recorder, Transfer transfer, long requestId) {
    this.recorder = recorder;
    this.transfer = transfer;
    this.requestId = requestId;
  }

  public static boolean recorded(Recorder recorder) {
    return recorder.started() && new BufferTransfer().isEnabled();
  }

  /** A pipe or a socket may hold the memory after the call; of a file or a device none does. */
  private boolean isBrief() {
    return requestId == 0
        && transfer.storage().file().isStorage()
        && new BriefTransfer().isEnabled()
        && !recorder.stacks().wants(this, kind());
  }

  private int kind() {
    int kind =
        31 * (int) JdkInternals.number(Thread.currentThread()) + transfer.operation().hashCode();
    kind = 31 * kind + Long.hashCode(transfer.storage().file().inode());
    return transfer.pieces().isEmpty()
        ? kind
        : 31 * kind + Long.hashCode(transfer.pieces().get(0).mapping().file().inode());
  }

  @Override
  public void end(long result, String error) {
    FileState storage = transfer.storage().file();
    long offsetBytes = transfer.offsetBytes();
    boolean brief = isBrief();
    for (BufferPiece piece : transfer.pieces()) {
      TransferEvent event = brief ? new BriefTransfer() : new BufferTransfer();
      BufferPiece.describe(event, piece.mapping());
      event.requestId = requestId;
      event.resultBytes = piece.transferredBytes(result);
      event.storageDeviceMajor = storage.deviceMajor();
      event.storageDeviceMinor = storage.deviceMinor();
      event.storageInode = storage.inode();
      event.storagePath = storage.path();
      event.storageOffsetBytes = offsetBytes < 0 ? -1 : offsetBytes + piece.positionBytes();
      event.direct = transfer.storage().direct();
      recorder.commit(event, this, transfer.operation(), error);
    }
  }
}
