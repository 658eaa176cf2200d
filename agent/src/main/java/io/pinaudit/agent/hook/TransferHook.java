package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Stands;
import io.pinaudit.agent.call.Transfer;
import io.pinaudit.agent.call.TransferCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.io.FileDescriptor;
import java.util.List;

/**
 * A read or write of a dispatcher: {@code (FileDescriptor, long address, int length[, long
 * offset])}. The call is recorded if the buffer lies in a mapping or the descriptor has O_DIRECT,
 * because then the kernel pins the buffer.
 */
public final class TransferHook implements Hook {
  /** The meaning of the two words after the descriptor, and whether an offset follows them. */
  public enum Shape {
    BUFFER,
    BUFFER_AT_OFFSET,
    VECTOR
  }

  private final Session session;
  private final String operation;
  private final Shape shape;
  // Then the thread has stood before the channel's method already.
  private final boolean positionIsLocked;

  public TransferHook(Session session, String operation, Shape shape) {
    this.session = session;
    this.operation = operation;
    this.shape = shape;
    this.positionIsLocked = operation.startsWith("FileChannel.") && shape != Shape.BUFFER_AT_OFFSET;
  }

  @Override
  public Call enter(Object fd, Object self, long address, long length, long offset, long d) {
    if (!TransferCall.wanted(session)) {
      return null;
    }
    FileDescriptor descriptor = (FileDescriptor) fd;
    Endpoint storage = session.endpoints().of(descriptor);
    if (!storage.direct() && TransferCall.wantedIfDirectOnly(session)) {
      return null;
    }
    UserMemory memory = new UserMemory(address, length, shape == Shape.VECTOR);
    List<BufferPiece> pieces = memory.pieces(session.mappings(), storage.direct());
    // A request of an asynchronous channel ends with such a call, whatever its memory.
    if (pieces.isEmpty() && session.requests().isEmpty()) {
      return null;
    }
    long at = shape == Shape.BUFFER_AT_OFFSET ? offset : -1;
    Transfer transfer = new Transfer(operation, pieces, storage, at);
    if (!positionIsLocked && session.rendezvous().wants(operation)) {
      stand(transfer);
    }
    return new DispatcherCall(session, transfer, descriptor, address);
  }

  /**
   * Stands before the call. The JDK's own state of the call may belong to the carrier of a virtual
   * thread.
   */
  private void stand(Transfer transfer) {
    boolean pinned = JdkInternals.pin();
    try {
      Stands.transfer(session, transfer);
    } finally {
      if (pinned) {
        JdkInternals.unpin();
      }
    }
  }

  private static final class DispatcherCall extends TransferCall {
    private static final long END_OF_FILE = -1; // sun.nio.ch.IOStatus.EOF
    private static final long INTERRUPTED = -3; // sun.nio.ch.IOStatus.INTERRUPTED

    private final Session session;
    private final FileDescriptor descriptor;
    private final long address;

    DispatcherCall(Session session, Transfer transfer, FileDescriptor descriptor, long address) {
      super(session, transfer, isLocked(transfer) ? descriptor : null);
      this.session = session;
      this.descriptor = descriptor;
      this.address = address;
    }

    /** Returns whether the JDK locks the position of the file during a call. */
    private static boolean isLocked(Transfer transfer) {
      return transfer.operation().startsWith("FileChannel.") && transfer.offsetBytes() < 0;
    }

    @Override
    public void end(long result, String error) {
      if (error != null || result >= 0) {
        super.end(result, error);
      } else if (result == END_OF_FILE) {
        super.end(0, null);
      } else {
        super.end(result, "IOStatus " + result);
      }
      if (result != INTERRUPTED && !session.requests().isEmpty()) {
        AsyncChannelHook.finish(session, this, AsyncChannelHook.key(descriptor, address), result);
      }
    }
  }
}
