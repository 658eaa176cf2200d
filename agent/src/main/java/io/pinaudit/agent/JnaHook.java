package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code Function.invoke(Object[] arguments, Class, boolean, int)} of JNA, which all calls through
 * its proxies end in. Not seen: methods that JNA has registered as native ones.
 */
final class JnaHook implements Hook {
  private final NativeCalls calls;
  private final Map<String, Optional<NativeSymbol>> symbols = new ConcurrentHashMap<>();
  private volatile MethodHandle pointerAddress;

  JnaHook(NativeCalls calls) {
    this.calls = calls;
  }

  @Override
  public Call enter(Object function, Object arguments, long a, long b, long c, long d) {
    NativeSymbol symbol = symbol(function.toString());
    if (symbol == null) {
      return null;
    }
    try {
      Call call =
          NativeResult.of(calls.enter(symbol, words(function.getClass(), (Object[]) arguments)));
      return call == null ? null : new FunctionCall(call, function.getClass());
    } catch (Throwable t) {
      throw new IllegalStateException("JNA call not recorded", t);
    }
  }

  private NativeSymbol symbol(String text) {
    Optional<NativeSymbol> known = symbols.get(text);
    if (known == null) {
      known = Optional.ofNullable(parse(text));
      symbols.put(text, known);
    }
    return known.orElse(null);
  }

  /** {@code native function ftruncate(c)@0x7f12} or {@code native function@0x7f12}. */
  private static NativeSymbol parse(String text) {
    int name = text.indexOf("function ") + "function ".length();
    int open = text.indexOf('(', name);
    int close = text.indexOf(')', name);
    if (name < "function ".length() || open < 0 || close < open) {
      return null;
    }
    String library = text.substring(open + 1, close);
    return NativeSymbol.in(fileName(library), text.substring(name, open));
  }

  /** JNA names a library as the program did: c, libc.so.6, /lib/libc.so.6, or nothing. */
  private static String fileName(String library) {
    String last = library.substring(library.lastIndexOf('/') + 1);
    if (last.contains(".so")) {
      return last;
    }
    return last.isEmpty() || last.startsWith("<") ? "libc.so" : "lib" + last + ".so";
  }

  private NativeArguments words(Class<?> function, Object[] arguments) throws Throwable {
    long[] words = new long[NativeArguments.COUNT];
    for (int i = 0; i < Math.min(words.length, arguments.length); i++) {
      words[i] = word(function, arguments[i]);
    }
    return NativeArguments.of(words);
  }

  /**
   * A number, a truth, a pointer or a direct buffer as a word; of anything else it is not known.
   */
  private long word(Class<?> function, Object value) throws Throwable {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    if (value instanceof Buffer buffer && buffer.isDirect()) {
      return JdkInternals.address(buffer) + buffer.position();
    }
    Class<?> pointer = function.getSuperclass();
    if (!pointer.isInstance(value)) {
      return 0;
    }
    if (pointerAddress == null) {
      // Public in com.sun.jna.Pointer, of which Function is a subclass.
      pointerAddress =
          MethodHandles.publicLookup()
              .findStatic(pointer, "nativeValue", MethodType.methodType(long.class, pointer))
              .asType(MethodType.methodType(long.class, Object.class));
    }
    return (long) pointerAddress.invokeExact(value);
  }

  private final class FunctionCall extends Call {
    private final Call call;
    private final Class<?> function;

    FunctionCall(Call call, Class<?> function) {
      this.call = call;
      this.function = function;
    }

    @Override
    public void end(long result, String error) {
      call.stopWith(this);
      call.end(result, error);
    }

    @Override
    public Object end(Object result) {
      try {
        end(word(function, result), null);
      } catch (Throwable t) {
        throw new IllegalStateException("JNA call not recorded", t);
      }
      return result;
    }
  }
}
