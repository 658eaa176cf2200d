package io.pinaudit.samples;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls any C function by its name, for calls that are made once. The classes of the arguments are
 * its parameter types.
 *
 * <p>This is slow: use {@link LibC} for what is called often.
 */
@SuppressWarnings("restricted")
public final class NativeCall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  // The number of parameters before the "..." of variadic functions.
  private static final Map<String, Integer> VARIADIC =
      Map.of("open", 2, "fcntl", 2, "ioctl", 2, "syscall", 1);
  private static final Set<String> RETURNING_LONG =
      Set.of("syscall", "malloc", "mmap", "pread", "tee", "splice", "write");
  private static final Map<List<Object>, MethodHandle> HANDLES = new ConcurrentHashMap<>();

  private NativeCall() {}

  /**
   * Calls a function and returns its result.
   *
   * @param arguments {@code Integer}, {@code Long} or {@code MemorySegment}
   * @throws IOException with errno if it returns -1
   */
  public static long of(String function, Object... arguments) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    List<Object> all = new ArrayList<>(List.of(callState));
    all.addAll(Arrays.asList(arguments));
    List<Object> signature = new ArrayList<>(List.of(function));
    all.forEach(argument -> signature.add(layout(argument)));
    long result;
    try {
      MethodHandle handle = HANDLES.computeIfAbsent(signature, _ -> handle(function, arguments));
      result = ((Number) handle.invokeWithArguments(all)).longValue();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result == -1) {
      throw new IOException(
          function
              + Arrays.toString(arguments)
              + " failed with errno "
              + callState.get(JAVA_INT, 0));
    }
    return result;
  }

  /** Returns a C string. */
  public static MemorySegment text(String text) {
    return Arena.ofAuto().allocateFrom(text);
  }

  private static MethodHandle handle(String function, Object... arguments) {
    MemoryLayout[] layouts =
        Arrays.stream(arguments).map(NativeCall::layout).toArray(MemoryLayout[]::new);
    List<Linker.Option> options = new ArrayList<>(List.of(Linker.Option.captureCallState("errno")));
    if (VARIADIC.containsKey(function)) {
      options.add(Linker.Option.firstVariadicArg(VARIADIC.get(function)));
    }
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(function),
        FunctionDescriptor.of(RETURNING_LONG.contains(function) ? JAVA_LONG : JAVA_INT, layouts),
        options.toArray(Linker.Option[]::new));
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case Integer _ -> JAVA_INT;
      case Long _ -> JAVA_LONG;
      case MemorySegment _ -> ADDRESS;
      default -> throw new IllegalArgumentException("no C type for " + argument.getClass());
    };
  }
}
