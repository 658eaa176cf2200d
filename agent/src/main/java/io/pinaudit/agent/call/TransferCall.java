package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.guard.Hold;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.BriefTransfer;
import io.pinaudit.events.BufferTransfer;
import io.pinaudit.events.TransferEvent;

/** An I/O is under way whose buffer is worth an event; the result is in bytes. */
public class TransferCall extends Call {
  private final Recorder recorder;
  private final Transfer transfer;
  private final long requestId;
  private final Hold hold;

  /**
   * Makes a read or write that ends with its call.
   *
   * @param monitor what the JDK locks during it; null if nothing
   */
  public TransferCall(Session session, Transfer transfer, Object monitor) {
    this(session.recorder(), transfer, 0, Guarding.transfer(session, transfer, monitor));
  }

  /** Makes a read or write that goes on after the call. */
  TransferCall(Recorder recorder, Transfer transfer, long requestId) {
    this(recorder, transfer, requestId, null);
  }

  private TransferCall(Recorder recorder, Transfer transfer, long requestId, Hold hold) {
    super(hold);
    this.recorder = recorder;
    this.transfer = transfer;
    this.requestId = requestId;
    this.hold = hold;
  }

  /** Returns whether a recording wants the event, or the guard the call. */
  public static boolean wanted(Session session) {
    return session.guard().isOn() || recorded(session.recorder());
  }

  /** Returns whether only I/O with O_DIRECT is of interest now, which pins its memory. */
  public static boolean wantedIfDirectOnly(Session session) {
    return session.guard().keeps() && session.requests().isEmpty() && !recorded(session.recorder());
  }

  static boolean recorded(Recorder recorder) {
    return recorder.started() && new BufferTransfer().isEnabled();
  }

  /**
   * Returns whether nobody holds the memory after the call: a pipe or a socket may, a file or a
   * device does not.
   */
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
    if (hold != null) {
      hold.end();
    }
    if (!recorded(recorder)) {
      return;
    }
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
