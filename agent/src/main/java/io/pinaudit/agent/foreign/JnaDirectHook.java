package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.weave.DirectMapping;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A native method that JNA has bound to a function ({@link DirectMapping}): given are its class and
 * an array of its name and its arguments.
 */
public final class JnaDirectHook implements Hook {
  private final NativeDecoder calls;
  private final Libraries libraries;

  public JnaDirectHook(NativeDecoder calls, Libraries libraries) {
    this.calls = calls;
    this.libraries = libraries;
  }

  @Override
  public Call enter(Object owner, Object nameAndArguments, long a, long b, long c, long d) {
    Object[] given = (Object[]) nameAndArguments;
    Registered registered = libraries.get((Class<?>) owner);
    NativeSymbol symbol = NativeSymbol.in(registered.fileName, (String) given[0]);
    if (symbol == null) {
      return null;
    }
    List<ByteBuffer> copies = new ArrayList<>(0);
    try {
      JnaWords words = registered.words((Class<?>) owner);
      NativeArguments arguments = words.of((Object[]) given[1], copies);
      Call call = NativeResult.of(calls.enter(symbol, arguments));
      return call == null ? null : new JnaWords.ObjectCall(call, words);
    } catch (Refusal refusal) {
      throw refusal;
    } catch (Throwable t) {
      throw new IllegalStateException("JNA call not recorded", t);
    } finally {
      // The words hold their addresses.
      Reference.reachabilityFence(copies);
    }
  }

  /** The library that a class was bound to. */
  static final class Registered {
    private volatile String fileName = "";
    private volatile JnaWords words;

    private JnaWords words(Class<?> owner) throws ReflectiveOperationException {
      if (words == null) {
        words = new JnaWords(owner);
      }
      return words;
    }
  }

  /** The libraries of each class; the classes themselves keep them. */
  public static final class Libraries extends ClassValue<Registered> {
    @Override
    protected Registered computeValue(Class<?> type) {
      return new Registered();
    }
  }

  /** {@code Native.register(Class, NativeLibrary)}: from now on it is known which library. */
  public static final class Registration implements Hook {
    private final Libraries libraries;

    public Registration(Libraries libraries) {
      this.libraries = libraries;
    }

    @Override
    public Call enter(Object owner, Object library, long a, long b, long c, long d) {
      if (!(library instanceof String)) {
        // "Native Library <libc.so.6@139>"; a name is made a library of first.
        String text = String.valueOf(library);
        int from = text.indexOf('<') + 1;
        int to = text.lastIndexOf('@');
        String name = from > 0 && to > from ? text.substring(from, to) : "";
        libraries.get((Class<?>) owner).fileName =
            JnaHook.fileName(name.equals("null") ? "" : name);
      }
      return null;
    }
  }
}
