package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.jdk.ForeignMemory;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.SymbolTable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Wraps a downcall handle so that the call is seen, with the same type and the same result.
 *
 * <p>The wrapper is {@code NativeInvocation call = enter(arguments); try { return
 * downcall(arguments); } finally { leave(thrown, result, call); }}, put together from method
 * handles so that the just-in-time compiler still sees through to the downcall.
 */
final class DowncallWrapper {
  private static final int WORDS = 7; // of NativeArguments
  private static final MethodHandle ADDRESS = own("address", long.class, Object.class);
  private static final MethodHandle LEAVE_VOID =
      own("leaveVoid", void.class, Throwable.class, NativeInvocation.class);
  private static final MethodHandle LEAVE_INT =
      own("leaveInt", int.class, Throwable.class, int.class, NativeInvocation.class);
  private static final MethodHandle LEAVE_LONG =
      own("leaveLong", long.class, Throwable.class, long.class, NativeInvocation.class);
  private static final MethodHandle LEAVE_OBJECT =
      own("leaveObject", Object.class, Throwable.class, Object.class, NativeInvocation.class);

  private final int hook;
  private final SymbolTable symbols;
  private final NativeDecoder calls;
  private final MethodHandle enter;

  DowncallWrapper(int hook, SymbolTable symbols, NativeDecoder calls) {
    this.hook = hook;
    this.symbols = symbols;
    this.calls = calls;
    this.enter = enterHandle().bindTo(this);
  }

  /**
   * Returns the handle that the program gets in place of another.
   *
   * @param downcall takes [the address of the function,] [the segment for errno,] and the arguments
   * @param symbol the function, or null if the handle takes its address
   * @return the same handle if no known function has such a type
   */
  MethodHandle wrap(MethodHandle downcall, NativeSymbol symbol, int argumentCount)
      throws ClassNotFoundException {
    MethodType type = downcall.type();
    int leading = type.parameterCount() - argumentCount;
    int addresses = symbol == null ? 1 : 0;
    boolean captures = leading > addresses;
    MethodHandle leave = leave(type.returnType());
    Class<?> segment = ForeignMemory.type("MemorySegment");
    // A function that returns a struct takes an allocator before its arguments.
    if (leave == null || leading > 2 || captures && type.parameterType(addresses) != segment) {
      return downcall;
    }
    MethodHandle arguments = MethodHandles.insertArguments(enter, 0, symbol);
    if (!captures) {
      arguments = MethodHandles.insertArguments(arguments, 1, (Object) null);
    }
    if (symbol != null) {
      arguments = MethodHandles.insertArguments(arguments, 0, (Object) null);
    }
    arguments = words(arguments, type, leading, segment);
    MethodHandle body = MethodHandles.dropArguments(downcall, 0, NativeInvocation.class);
    return MethodHandles.foldArguments(MethodHandles.tryFinally(body, leave), arguments);
  }

  /** Adapts the words that a handle takes to the arguments of a function. */
  private static MethodHandle words(
      MethodHandle handle, MethodType type, int leading, Class<?> segment) {
    int arguments = type.parameterCount() - leading;
    int used = Math.min(arguments, WORDS);
    Object[] zeros = new Object[WORDS - used];
    Arrays.fill(zeros, 0L);
    MethodHandle adapted = MethodHandles.insertArguments(handle, leading + used, zeros);
    for (int i = leading; i < leading + used; i++) {
      if (type.parameterType(i) == segment) {
        adapted = MethodHandles.filterArguments(adapted, i, ADDRESS);
      }
    }
    adapted =
        MethodHandles.dropArguments(
            adapted,
            leading + used,
            type.parameterList().subList(leading + used, leading + arguments));
    return MethodHandles.explicitCastArguments(
        adapted, type.changeReturnType(NativeInvocation.class));
  }

  private static MethodHandle leave(Class<?> result) {
    if (result == void.class) {
      return LEAVE_VOID;
    }
    if (result == int.class) {
      return LEAVE_INT;
    }
    if (result == long.class) {
      return LEAVE_LONG;
    }
    return result.isPrimitive()
        ? null
        : LEAVE_OBJECT.asType(
            LEAVE_OBJECT.type().changeReturnType(result).changeParameterType(1, result));
  }

  private static MethodHandle enterHandle() {
    Class<?>[] words = new Class<?>[WORDS];
    Arrays.fill(words, long.class);
    MethodType type =
        MethodType.methodType(
                NativeInvocation.class, NativeSymbol.class, Object.class, Object.class)
            .appendParameterTypes(words);
    try {
      return MethodHandles.lookup().findVirtual(DowncallWrapper.class, "enter", type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static MethodHandle own(String name, Class<?> result, Class<?>... parameters) {
    try {
      MethodType type = MethodType.methodType(result, parameters);
      return MethodHandles.lookup().findStatic(DowncallWrapper.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Reached by method handles only, from here on.

  NativeInvocation enter(
      NativeSymbol bound,
      Object address,
      Object captured,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      NativeSymbol symbol = bound != null ? bound : symbols.atOften(ForeignMemory.address(address));
      if (symbol == null || !Dispatcher.installed(hook)) {
        return null;
      }
      var call = calls.enter(symbol, new NativeArguments(a, b, c, d, e, f, g));
      return call == null ? null : new NativeInvocation(hook, call, captured);
    } catch (Refusal refusal) {
      throw refusal.deliver();
    } catch (Throwable t) {
      Dispatcher.fail(hook, t);
      return null;
    }
  }

  static void leaveVoid(Throwable thrown, NativeInvocation invocation) {
    if (invocation != null) {
      invocation.end(thrown, 0);
    }
  }

  static int leaveInt(Throwable thrown, int result, NativeInvocation invocation) {
    if (invocation != null) {
      invocation.end(thrown, result);
    }
    return result;
  }

  static long leaveLong(Throwable thrown, long result, NativeInvocation invocation) {
    if (invocation != null) {
      invocation.end(thrown, result);
    }
    return result;
  }

  static Object leaveObject(Throwable thrown, Object result, NativeInvocation invocation) {
    if (invocation != null) {
      invocation.end(thrown, address(result));
    }
    return result;
  }

  static long address(Object segment) {
    try {
      return ForeignMemory.address(segment);
    } catch (Throwable t) {
      return 0;
    }
  }
}
