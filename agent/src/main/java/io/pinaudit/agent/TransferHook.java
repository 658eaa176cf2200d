package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.io.FileDescriptor;
import java.util.List;

/**
 * A read or write of a dispatcher: {@code (FileDescriptor, long address, int length[, long
 * offset])}.
 */
final class TransferHook implements Hook {
  /** What the two words after the descriptor are, and whether an offset follows. */
  enum Shape {
    BUFFER,
    BUFFER_AT_OFFSET,
    VECTOR
  }

  private final Session session;
  private final String operation;
  private final Shape shape;

  TransferHook(Session session, String operation, Shape shape) {
    this.session = session;
    this.operation = operation;
    this.shape = shape;
  }

  @Override
  public Call enter(Object fd, Object self, long address, long length, long offset, long d) {
    if (session.mappings().isEmpty() || !TransferCall.recorded(session.recorder())) {
      return null;
    }
    List<BufferPiece> pieces = pieces(address, length);
    if (pieces.isEmpty()) {
      return null;
    }
    int descriptor = JdkInternals.number((FileDescriptor) fd);
    long at = shape == Shape.BUFFER_AT_OFFSET ? offset : -1;
    return new DispatcherCall(session.recorder(), operation, pieces, descriptor, at);
  }

  private List<BufferPiece> pieces(long address, long length) {
    return shape == Shape.VECTOR
        ? BufferPiece.ofVector(session.mappings(), address, length)
        : BufferPiece.of(session.mappings(), address, length);
  }

  private static final class DispatcherCall extends TransferCall {
    private static final long END_OF_FILE = -1; // sun.nio.ch.IOStatus.EOF

    DispatcherCall(
        Recorder recorder,
        String operation,
        List<BufferPiece> pieces,
        int descriptor,
        long offsetBytes) {
      super(recorder, operation, pieces, descriptor, offsetBytes);
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
    }
  }
}
