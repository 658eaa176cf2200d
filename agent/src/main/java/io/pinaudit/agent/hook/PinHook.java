package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.PinCall;
import io.pinaudit.agent.call.PinRequest;
import io.pinaudit.agent.call.UnpinCall;
import io.pinaudit.agent.jdk.ForeignMemory;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import io.pinaudit.agent.table.DeclaredPin;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/** The hook of a method that pins or unpins memory, as the program's marker or an option says. */
public final class PinHook implements Hook {
  private final Session session;
  private final DeclaredPin declared;
  private final boolean unpins;
  private final boolean byHandle;

  /** Makes the hook of the marker, whose arguments are the memory and the holder. */
  public PinHook(Session session, boolean unpins) {
    this(session, null, unpins, false);
  }

  /**
   * Makes a hook of a method that the user declared to pin or unpin.
   *
   * @param declared null for the marker
   * @param byHandle whether a pin ends by what the method has returned, and not by its address
   */
  public PinHook(Session session, DeclaredPin declared, boolean unpins, boolean byHandle) {
    this.session = session;
    this.declared = declared;
    this.unpins = unpins;
    this.byHandle = byHandle;
  }

  @Override
  public Call enter(Object first, Object second, long a, long b, long c, long d) {
    if (declared == null) {
      Mapping memory = memory(first);
      String holder = String.valueOf(second);
      return memory == null ? null : call("PinMarker", memory, holder, key(memory, holder));
    }
    return declared(first, a, b);
  }

  private Call declared(Object reference, long a, long b) {
    List<DeclaredPin.Role> roles = declared.roles();
    String holder = declared.name();
    if (roles.contains(DeclaredPin.Role.HANDLE)) {
      return new UnpinCall(session, holder, reference == null ? a : reference);
    }
    Mapping memory;
    if (roles.contains(DeclaredPin.Role.BUFFER)) {
      memory = memory(reference);
    } else {
      boolean lengthFirst =
          roles.contains(DeclaredPin.Role.LENGTH)
              && roles.indexOf(DeclaredPin.Role.LENGTH) < roles.indexOf(DeclaredPin.Role.ADDRESS);
      memory = Mapping.ofNoFile(lengthFirst ? b : a, lengthFirst ? a : b);
    }
    Object key = memory == null || byHandle ? null : new Place(memory.address());
    return memory == null ? null : call(holder, memory, holder, key);
  }

  private Call call(String operation, Mapping memory, String holder, Object key) {
    if (unpins) {
      return new UnpinCall(session, operation, key);
    }
    List<BufferPiece> pieces =
        UserMemory.range(memory.address(), memory.lengthBytes()).pieces(session.mappings(), true);
    return new PinCall(session, pieces, new PinRequest(operation, false, holder, key));
  }

  private static Object key(Mapping memory, String holder) {
    return new Marked(memory.address(), holder);
  }

  /** Returns the memory of a direct buffer or a memory segment; null if the object is neither. */
  private static Mapping memory(Object object) {
    if (object instanceof Buffer buffer) {
      if (!buffer.isDirect()) {
        return null;
      }
      int shift = shift(buffer);
      return Mapping.ofNoFile(
          JdkInternals.address(buffer) + ((long) buffer.position() << shift),
          (long) buffer.remaining() << shift);
    }
    try {
      return ForeignMemory.AVAILABLE && ForeignMemory.isNative(object)
          ? Mapping.ofNoFile(ForeignMemory.address(object), ForeignMemory.sizeBytes(object))
          : null;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  private static int shift(Buffer buffer) {
    if (buffer instanceof ByteBuffer) {
      return 0;
    }
    if (buffer instanceof CharBuffer || buffer instanceof ShortBuffer) {
      return 1;
    }
    return buffer instanceof IntBuffer || buffer instanceof FloatBuffer ? 2 : 3;
  }

  /** The key of pins that methods named by an option made. */
  private record Place(long address) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Place place && address == place.address;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(address);
    }
  }

  /** The key of pins that the marker made. */
  private record Marked(long address, String holder) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Marked marked
          && address == marked.address
          && holder.equals(marked.holder);
    }

    @Override
    public int hashCode() {
      return 31 * Long.hashCode(address) + holder.hashCode();
    }
  }
}
