package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.UnmapCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.lang.invoke.VarHandle;

/**
 * {@code unmap()} of the unmapper of a FileChannelImpl: the other end of {@link ChannelMapHook}.
 */
public final class ChannelUnmapHook implements Hook {
  private final Session session;
  private final VarHandle address;
  private final VarHandle size;

  public ChannelUnmapHook(Session session) throws ReflectiveOperationException {
    String unmapper = "sun.nio.ch.FileChannelImpl$Unmapper";
    this.session = session;
    this.address = JdkInternals.field(unmapper, "address", long.class);
    this.size = JdkInternals.field(unmapper, "size", long.class);
  }

  @Override
  public Call enter(Object unmapper, Object none, long a, long b, long c, long d) {
    long from = (long) address.get(unmapper);
    // 0 when it has unmapped already.
    return from == 0
        ? null
        : new UnmapCall(
            session, UnmapHook.OPERATION, Mapping.ofNoFile(from, (long) size.get(unmapper)));
  }
}
