package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Stands;
import io.pinaudit.agent.call.Transfer;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code read} and {@code write} at the position of a FileChannelImpl, of one buffer or several,
 * before it locks its position: a thread must not be held with that lock.
 */
public final class ChannelStandHook implements Hook {
  private final Session session;
  private final String operation;
  private final VarHandle descriptor;

  public ChannelStandHook(Session session, String operation) throws ReflectiveOperationException {
    this.session = session;
    this.operation = operation;
    this.descriptor = descriptor();
  }

  static VarHandle descriptor() throws ReflectiveOperationException {
    return JdkInternals.field("sun.nio.ch.FileChannelImpl", "fd", FileDescriptor.class);
  }

  @Override
  public Call enter(Object buffers, Object channel, long offset, long length, long c, long d) {
    if (session.rendezvous().wants(operation)) {
      FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
      Endpoint storage = session.endpoints().of(fd);
      List<BufferPiece> pieces = new ArrayList<>(1);
      if (buffers instanceof ByteBuffer buffer) {
        add(pieces, buffer, storage);
      } else if (buffers instanceof ByteBuffer[] several
          && offset >= 0
          && length <= several.length - offset) {
        for (int i = (int) offset; i < offset + length; i++) {
          add(pieces, several[i], storage);
        }
      }
      Stands.transfer(session, new Transfer(operation, pieces, storage, -1), fd);
    }
    return null;
  }

  private void add(List<BufferPiece> pieces, ByteBuffer buffer, Endpoint storage) {
    if (buffer != null && (buffer.isDirect() || storage.direct())) {
      // The JDK copies what is in the Java heap to memory of its own.
      long address = buffer.isDirect() ? JdkInternals.address(buffer) + buffer.position() : 0;
      UserMemory memory = UserMemory.range(address, buffer.remaining());
      pieces.addAll(memory.pieces(session.mappings(), storage.direct()));
    }
  }
}
