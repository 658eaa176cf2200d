package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Submission;
import io.pinaudit.agent.call.Target;
import io.pinaudit.agent.call.TransferCall;
import io.pinaudit.agent.call.TransferRequest;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;

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
    if (!TransferCall.wanted(session)
        || !(buffer instanceof ByteBuffer memory)
        || !memory.isDirect()) {
      return null;
    }
    long address = JdkInternals.address(memory) + memory.position();
    FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
    Endpoint storage = session.endpoints().of(fd);
    if (offsetBytes < 0) {
      return null;
    }
    TransferRequest request =
        new TransferRequest(
            operation,
            new Target(-1, storage),
            UserMemory.range(address, memory.remaining()),
            offsetBytes);
    Submission submission = Submission.of(session, key(fd, address), request, true);
    return submission.key() == null
        ? null
        : new Request(session, submission, (AsynchronousFileChannel) channel);
  }

  static Requests.Key key(FileDescriptor descriptor, long address) {
    return new Requests.Key(descriptor, address);
  }

  /** Ends a request if it is one whose system call has returned. */
  static void finish(Session session, Call call, Requests.Key key, long result) {
    long id = session.requests().end(key);
    if (id != 0) {
      session.recorder().ended(id, result, call, "AsynchronousFileChannel");
    }
  }

  private static final class Request extends Call {
    private final Session session;
    private final Submission submission;
    private final AsynchronousFileChannel channel;

    Request(Session session, Submission submission, AsynchronousFileChannel channel) {
      this.session = session;
      this.submission = submission;
      this.channel = channel;
    }

    @Override
    public Object end(Object future) {
      end(0, null);
      return future;
    }

    @Override
    public void end(long result, String error) {
      if (submission.call() != null) {
        submission.call().stopWith(this);
        submission.call().end(result, error);
      }
      if (error != null || !channel.isOpen()) {
        // On a closed channel nothing is submitted, and no call will end the request.
        submission.withdraw(session);
      }
    }
  }
}
