package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * {@code receiveIntoNativeBuffer(ByteBuffer, int remaining, int position, boolean connected)} and
 * {@code sendFromNativeBuffer(FileDescriptor, ByteBuffer, target)} of a DatagramChannelImpl.
 */
public final class DatagramHook implements Hook {
  private static final String CHANNEL = "sun.nio.ch.DatagramChannelImpl";
  private final TransferHook transfers;
  private final VarHandle descriptor;

  public DatagramHook(Session session, String operation) throws ReflectiveOperationException {
    this.transfers = new TransferHook(session, operation, TransferHook.Shape.BUFFER);
    this.descriptor = JdkInternals.field(CHANNEL, "fd", FileDescriptor.class);
  }

  @Override
  public Call enter(Object first, Object second, long remaining, long position, long c, long d) {
    return first instanceof ByteBuffer buffer
        ? transfers.enter(
            descriptor.get(second), null, JdkInternals.address(buffer) + position, remaining, 0, 0)
        : send((FileDescriptor) first, (ByteBuffer) second);
  }

  private Call send(FileDescriptor from, ByteBuffer buffer) {
    long address = JdkInternals.address(buffer) + buffer.position();
    return transfers.enter(from, null, address, buffer.remaining(), 0, 0);
  }
}
