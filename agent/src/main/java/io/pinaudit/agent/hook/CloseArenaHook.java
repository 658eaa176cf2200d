package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.Guarding;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code close()} of the session of an arena, before it is closed. The JDK counts the calls that
 * use its memory, and refuses to close it during one; it does not count what goes on after its
 * call.
 */
public final class CloseArenaHook implements Hook {
  private static final String SESSION = "jdk.internal.foreign.MemorySessionImpl";
  private static final String LIST = SESSION + "$ResourceList";
  private static final String CLEANUP = LIST + "$ResourceCleanup";
  private static final String UNMAPPER = "sun.nio.ch.FileChannelImpl$Unmapper";
  private static final int MOST = 100_000;

  private final Session session;
  private final List<Class<?>> lasting;
  private final VarHandle owner;
  private final VarHandle resources;
  private final VarHandle first;
  private final VarHandle next;
  private final VarHandle unmapper;
  private final VarHandle unmapperAddress;
  private final VarHandle unmapperSize;
  private final FreeHook.Block block;
  private final Class<?> mapped;

  /** Makes the hook of one session. */
  public CloseArenaHook(Session session) throws ReflectiveOperationException {
    this.session = session;
    this.lasting =
        List.of(
            type("jdk.internal.foreign.ImplicitSession"),
            type("jdk.internal.foreign.GlobalSession"));
    this.owner = JdkInternals.field(SESSION, "owner", Thread.class);
    this.resources = JdkInternals.field(SESSION, "resourceList", type(LIST));
    this.first = JdkInternals.field(LIST, "fst", type(CLEANUP));
    this.next = JdkInternals.field(CLEANUP, "next", type(CLEANUP));
    this.mapped = type("jdk.internal.foreign.SegmentFactories$2");
    this.unmapper =
        JdkInternals.field(
            mapped.getName(), "val$unmapper", type("jdk.internal.access.foreign.UnmapperProxy"));
    this.unmapperAddress = JdkInternals.field(UNMAPPER, "address", long.class);
    this.unmapperSize = JdkInternals.field(UNMAPPER, "size", long.class);
    this.block = FreeHook.Block.ofSegment();
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, false, null);
  }

  @Override
  public Call enter(Object scope, Object none, long a, long b, long c, long d) {
    if (session.guard().holdsAny() && isCloseable(scope)) {
      List<Mapping> ranges = ranges(scope);
      if (!ranges.isEmpty()) {
        Guarding.free(session, JdkOperation.CLOSE_ARENA, ranges, true);
      }
    }
    return null;
  }

  /** Returns whether the JDK would let the current thread close it. */
  // As the JDK does: by identity, as a subclass of threads may have an equals of its own.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCloseable(Object scope) {
    for (Class<?> type : lasting) {
      if (type.isInstance(scope)) {
        return false;
      }
    }
    Object confinedTo = owner.get(scope);
    return confinedTo == null || confinedTo == Thread.currentThread();
  }

  private List<Mapping> ranges(Object scope) {
    List<Mapping> ranges = new ArrayList<>();
    Object list = resources.get(scope);
    Object each = list == null ? null : first.getVolatile(list);
    while (each != null && ranges.size() < MOST) {
      if (block.isOne(each)) {
        ranges.add(block.range(each));
      } else if (mapped.isInstance(each)) {
        Object unmap = unmapper.get(each);
        ranges.add(
            Mapping.ofNoFile((long) unmapperAddress.get(unmap), (long) unmapperSize.get(unmap)));
      }
      each = next.get(each);
    }
    return ranges;
  }
}
