package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.MapCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.VarHandle;

/**
 * {@code mapInternal(MapMode, long offset, long size, int prot, boolean sync)} of a
 * FileChannelImpl: where the dispatcher does not map yet (JDK 17). Its result is the unmapper,
 * which knows the address.
 */
public final class ChannelMapHook implements Hook {
  private static final String CHANNEL = "sun.nio.ch.FileChannelImpl";
  private final Session session;
  private final VarHandle descriptor;
  private final VarHandle address;

  public ChannelMapHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    this.descriptor = JdkInternals.field(CHANNEL, "fd", FileDescriptor.class);
    this.address = JdkInternals.field(CHANNEL + "$Unmapper", "address", long.class);
  }

  @Override
  public Call enter(
      Object mode, Object channel, long offsetBytes, long sizeBytes, long prot, long sync) {
    if (offsetBytes < 0 || sizeBytes <= 0) {
      return null;
    }
    FileDescriptor fd = (FileDescriptor) descriptor.get(channel);
    // What mapInternal makes of it before it asks the kernel; it grows the file if need be.
    long beforeBytes = offsetBytes % JdkInternals.pageBytes();
    FileState file =
        FileState.ofDescriptor(JdkInternals.number(fd)).atLeast(offsetBytes + sizeBytes);
    Mapping wanted = new Mapping(0, sizeBytes + beforeBytes, offsetBytes - beforeBytes, file);
    return new ChannelMapCall(session, wanted, String.valueOf(mode), address);
  }

  private static final class ChannelMapCall extends MapCall {
    private final VarHandle address;

    ChannelMapCall(Session session, Mapping wanted, String mode, VarHandle address) {
      super(session, JdkOperation.MAP.operation(), wanted, mode);
      this.address = address;
    }

    @Override
    public Object end(Object unmapper) {
      // Null if the channel was closed meanwhile.
      if (unmapper != null) {
        end((long) address.get(unmapper), null);
      }
      return unmapper;
    }
  }
}
