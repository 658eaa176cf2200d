package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.lang.invoke.VarHandle;

/**
 * {@code unmap()} of the unmapper of a FileChannelImpl: the other end of {@link ChannelMapHook}.
 */
final class ChannelUnmapHook implements Hook {
  private final Session session;
  private final VarHandle address;
  private final VarHandle size;

  ChannelUnmapHook(Session session) throws ReflectiveOperationException {
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
        : new UnmapCall(session, UnmapHook.OPERATION, from, (long) size.get(unmapper));
  }
}
