package io.pinaudit.agent.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Optional;

/**
 * The agent's own use of the foreign linker (JDK 22 and later).
 *
 * <p>It links past the check for native access: the warning that the check prints would name the
 * class path that the agent shares with the application.
 */
public final class NativeLinker {
  private static final Object LINKER;
  private static final MethodHandle FIND;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> linker = ForeignMemory.type("Linker");
      Class<?> symbols = ForeignMemory.type("SymbolLookup");
      LINKER = lookup.findStatic(linker, "nativeLinker", MethodType.methodType(linker)).invoke();
      Object defaults =
          lookup
              .findVirtual(linker, "defaultLookup", MethodType.methodType(symbols))
              .invoke(LINKER);
      MethodType find = MethodType.methodType(Optional.class, String.class);
      FIND = lookup.findVirtual(symbols, "find", find).bindTo(defaults);
    } catch (Throwable t) {
      throw new ExceptionInInitializerError(t);
    }
  }

  private NativeLinker() {}

  /**
   * Returns the address of a function of the C library as a memory segment; empty if there is none.
   */
  public static Optional<?> find(String symbol) throws Throwable {
    return (Optional<?>) FIND.invokeExact(symbol);
  }

  /**
   * Returns a handle on a function of the C library that returns an int.
   *
   * @param firstVariadic index of the first variadic argument, or −1
   * @param parameters int or long; pointers are longs
   */
  public static MethodHandle function(String symbol, int firstVariadic, Class<?>... parameters)
      throws Throwable {
    return function(symbol, firstVariadic, int.class, parameters);
  }

  /** Returns a handle on a function of the C library that returns a pointer, as a long. */
  public static MethodHandle pointerFunction(String symbol, Class<?>... parameters)
      throws Throwable {
    return function(symbol, -1, long.class, parameters);
  }

  private static MethodHandle function(
      String symbol, int firstVariadic, Class<?> result, Class<?>... parameters) throws Throwable {
    Object options = options(firstVariadic);
    Class<?> owner = Class.forName("jdk.internal.foreign.abi.AbstractLinker", false, null);
    MethodType type =
        MethodType.methodType(
            MethodHandle.class, ForeignMemory.type("FunctionDescriptor"), options.getClass());
    MethodHandle unbound =
        (MethodHandle)
            JdkInternals.lookup(owner)
                .findVirtual(owner, "downcallHandle0", type)
                .asFixedArity()
                .invoke(LINKER, descriptor(result, parameters), options);
    return unbound.bindTo(find(symbol).orElseThrow());
  }

  private static Object options(int firstVariadic) throws Throwable {
    Class<?> option = ForeignMemory.type("Linker$Option");
    if (firstVariadic < 0) {
      return Array.newInstance(option, 0);
    }
    MethodType type = MethodType.methodType(option, int.class);
    Object options = Array.newInstance(option, 1);
    MethodHandle variadic =
        MethodHandles.publicLookup().findStatic(option, "firstVariadicArg", type);
    Array.set(options, 0, variadic.invoke(firstVariadic));
    return options;
  }

  private static Object descriptor(Class<?> result, Class<?>... parameters) throws Throwable {
    Class<?> layout = ForeignMemory.type("MemoryLayout");
    Object layouts = Array.newInstance(layout, parameters.length);
    for (int i = 0; i < parameters.length; i++) {
      Array.set(layouts, i, ForeignMemory.layout(parameters[i]));
    }
    Class<?> function = ForeignMemory.type("FunctionDescriptor");
    MethodType of = MethodType.methodType(function, layout, layouts.getClass());
    return MethodHandles.publicLookup()
        .findStatic(function, "of", of)
        .asFixedArity()
        .invoke(ForeignMemory.layout(result), layouts);
  }
}
