package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.NativeSymbol;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code Function.invoke(Object[] arguments, Class, boolean, int)} of JNA, which all calls through
 * its proxies end in.
 */
public final class JnaHook implements Hook {
  private final NativeDecoder calls;
  private final Map<String, Optional<NativeSymbol>> symbols = new ConcurrentHashMap<>();
  private volatile JnaWords words;

  public JnaHook(NativeDecoder calls) {
    this.calls = calls;
  }

  @Override
  public Call enter(Object function, Object arguments, long a, long b, long c, long d) {
    NativeSymbol symbol = symbol(function.toString());
    if (symbol == null) {
      return null;
    }
    try {
      if (words == null) {
        words = new JnaWords(function.getClass());
      }
      NativeArguments given = words.of((Object[]) arguments, new ArrayList<>(0));
      Call call = NativeResult.of(calls.enter(symbol, given));
      return call == null ? null : new JnaWords.ObjectCall(call, words);
    } catch (Refusal refusal) {
      throw refusal;
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

  /** Parses {@code native function ftruncate(c)@0x7f12} or {@code native function@0x7f12}. */
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

  /**
   * Returns the file name of a library. JNA names it as the program did: c, libc.so.6,
   * /lib/libc.so.6, or nothing.
   */
  static String fileName(String library) {
    String last = library.substring(library.lastIndexOf('/') + 1);
    if (last.contains(".so")) {
      return last;
    }
    return last.isEmpty() || last.startsWith("<") ? "libc.so" : "lib" + last + ".so";
  }
}
