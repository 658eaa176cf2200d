package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.TransferCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@code implRead} and {@code implWrite(ByteBuffer, long position, attachment, handler)} of an
 * AsynchronousFileChannel: a thread of a pool makes the system call, later. The request lasts until
 * that call, seen by {@link TransferHook}, returns, or until the channel is closed.
 */
public final class AsyncChannelHook implements Hook {
  static final String CHANNEL = "sun.nio.ch.AsynchronousFileChannelImpl";
  private final Session session;
  private final String operation;
  private final VarHandle descriptor;

  public AsyncChannelHook(Session session, String operation) throws ReflectiveOperationException {
    this.session = session;
    this.operation = operation;
    this.descriptor = JdkInternals.field(CHANNEL, "fdObj", FileDescriptor.class);
  }

  @Override
  public Call enter(Object channel, Object buffer, long offsetBytes, long b, long c, long d) {
    if (!TransferCall.recorded(session.recorder())
        || !(buffer instanceof ByteBuffer memory)
        || !memory.isDirect()) {
      return null;
    }
    long address = JdkInternals.address(memory) + memory.position();
    FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
    Endpoint storage = session.endpoints().of(fd);
    List<BufferPiece> pieces =
        BufferPiece.of(session.mappings(), address, memory.remaining(), storage.direct());
    if (pieces.isEmpty() || offsetBytes < 0) {
      return null;
    }
    return new Request(session, operation, pieces, storage, offsetBytes, key(fd, address));
  }

  private static Requests.Key key(FileDescriptor descriptor, long address) {
    return new Requests.Key(descriptor, address);
  }

  /** The system call of a request, if it is one, has returned. */
  static void finish(
      Session session, Call call, FileDescriptor descriptor, long address, long result) {
    long id = session.requests().end(key(descriptor, address));
    if (id != 0) {
      session.recorder().ended(id, result, call, "AsynchronousFileChannel");
    }
  }

  private static final class Request extends TransferCall {
    private final Session session;
    private final Requests.Key key;
    private final long id;

    Request(
        Session session,
        String operation,
        List<BufferPiece> pieces,
        Endpoint storage,
        long offsetBytes,
        Requests.Key key) {
      this(session, operation, pieces, storage, offsetBytes, key, session.requests().begin(key));
    }

    private Request(
        Session session,
        String operation,
        List<BufferPiece> pieces,
        Endpoint storage,
        long offsetBytes,
        Requests.Key key,
        long id) {
      super(session.recorder(), operation, pieces, storage, offsetBytes, id);
      this.session = session;
      this.key = key;
      this.id = id;
    }

    @Override
    public Object end(Object future) {
      end(0, null);
      return future;
    }

    @Override
    public void end(long result, String error) {
      super.end(result, error);
      if (error != null) {
        session.requests().withdraw(key, id);
      }
    }
  }
}
