package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;

/**
 * {@code map0(int prot, long offset, long length, boolean sync)} of a FileChannelImpl of JDK 17,
 * called by reflection.
 */
public final class ChannelNativeMapHook implements Hook {
  private final Session session;
  private final VarHandle descriptor;

  public ChannelNativeMapHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    this.descriptor = JdkInternals.field("sun.nio.ch.FileChannelImpl", "fd", FileDescriptor.class);
  }

  @Override
  public Call enter(
      Object channel, Object none, long mode, long offsetBytes, long lengthBytes, long sync) {
    FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
    return MapHook.call(session, MapHook.wanted(fd, offsetBytes, lengthBytes), mode, sync != 0);
  }
}
