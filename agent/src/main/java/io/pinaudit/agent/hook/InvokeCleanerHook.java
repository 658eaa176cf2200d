package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Guarding;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@code Unsafe.invokeCleaner(ByteBuffer)}, before the cleaner runs: what the cleaner throws would
 * end the JVM.
 */
public final class InvokeCleanerHook implements Hook {
  private final Session session;

  /** Makes the hook of one session. */
  public InvokeCleanerHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object memory, Object unsafe, long a, long b, long c, long d) {
    if (session.guard().holdsAny() && memory instanceof ByteBuffer buffer && buffer.isDirect()) {
      Mapping range = Mapping.ofNoFile(JdkInternals.address(buffer), buffer.capacity());
      Guarding.free(session, JdkOperation.INVOKE_CLEANER, List.of(range), false);
    }
    return null;
  }
}
