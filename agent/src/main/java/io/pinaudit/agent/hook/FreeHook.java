package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.FreeCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.lang.invoke.VarHandle;

/**
 * The method of an object of the JDK that frees the memory of a direct buffer, or of a segment of
 * an arena.
 */
public final class FreeHook implements Hook {
  private final Session session;
  private final String operation;
  private final Block block;

  private FreeHook(Session session, String operation, Block block) {
    this.session = session;
    this.operation = operation;
    this.block = block;
  }

  /** Returns the hook of {@code run()} of {@code DirectByteBuffer.Deallocator}. */
  public static Hook ofBuffer(Session session) throws ReflectiveOperationException {
    String type = "java.nio.DirectByteBuffer$Deallocator";
    Block block =
        new Block(
            Class.forName(type, false, null),
            Block.longIn(type, "address"),
            Block.longIn(type, "size"));
    return new FreeHook(session, "Cleaner.clean", block);
  }

  /** Returns the hook of {@code cleanup()} of the object that an arena keeps for each segment. */
  public static Hook ofSegment(Session session) throws ReflectiveOperationException {
    return new FreeHook(session, JdkOperation.CLOSE_ARENA.operation(), Block.ofSegment());
  }

  @Override
  public Call enter(Object freed, Object none, long a, long b, long c, long d) {
    return session.requests().isEmpty()
        ? null
        : FreeCall.of(session, operation, block.range(freed));
  }

  /** Reads which memory an object of the JDK frees. */
  record Block(Class<?> type, VarHandle address, VarHandle size) {
    /** Returns the object that an arena keeps for each segment of memory of no file. */
    static Block ofSegment() throws ReflectiveOperationException {
      String type = "jdk.internal.foreign.SegmentFactories$1";
      return new Block(
          Class.forName(type, false, null),
          longIn(type, "val$allocationBase", "val$buf"),
          longIn(type, "val$allocationSize", "val$alignedSize"));
    }

    boolean isOne(Object object) {
      return type.isInstance(object);
    }

    Mapping range(Object object) {
      return Mapping.ofNoFile((long) address.get(object), (long) size.get(object));
    }

    /** Returns the first of these fields that this JDK has. */
    private static VarHandle longIn(String type, String... names)
        throws ReflectiveOperationException {
      NoSuchFieldException missing = null;
      for (String name : names) {
        try {
          return JdkInternals.field(type, name, long.class);
        } catch (NoSuchFieldException e) {
          missing = e;
        }
      }
      throw missing;
    }
  }
}
