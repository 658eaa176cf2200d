package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.SymbolTable;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A native method of jffi, through which jnr-ffi and jnr-posix call functions. Its name tells the
 * form of its arguments, which begin with a context and the address of the function:
 *
 * <pre>
 * invokeI3   (context, function, int, int, int)
 * invokeN2O1 (context, function, long, long, object, info, offset, length)
 * invokeArrayO1Int32 (context, function, byte[] of words, object, info, offset, length)
 * invokeArrayWithObjectsInt32 (context, function, byte[] of words, count, int[] of infos, objects)
 * </pre>
 *
 * An object takes the place of the word whose index is in its info.
 */
public final class JffiHook implements Hook {
  private static final int LEADING = 2; // the context and the function
  private static final int GROUP = 4; // object, info, offset, length
  private static final int INFO = 3; // info, offset, length
  private static final String ARRAY = "invokeArray";
  private static final int INDEX_SHIFT = 16; // com.kenai.jffi.ObjectBuffer
  private static final int INDEX_MASK = 0xff;

  private final SymbolTable symbols;
  private final NativeDecoder calls;

  public JffiHook(Session session, NativeDecoder calls) {
    this.symbols = session.symbols();
    this.calls = calls;
  }

  @Override
  public Call enter(Object method, Object arguments, long a, long b, long c, long d) {
    Object[] given = (Object[]) arguments;
    try {
      NativeSymbol symbol = symbols.atOften((Long) given[1]);
      return symbol == null ? null : enter(symbol, (String) method, given);
    } catch (Refusal refusal) {
      throw refusal;
    } catch (Throwable t) {
      throw new IllegalStateException("call of jffi not recorded", t);
    }
  }

  private Call enter(NativeSymbol symbol, String method, Object[] given) throws Throwable {
    List<ByteBuffer> copies = new ArrayList<>(0);
    long[] words = method.startsWith(ARRAY) ? inArray(given) : plain(method, given);
    if (method.startsWith(ARRAY + "WithObjects")) {
      int[] infos = (int[]) given[4];
      Object[] objects = (Object[]) given[5];
      for (int i = 0; i < objects.length && i * INFO + 2 < infos.length; i++) {
        int at = i * INFO;
        copies.add(place(words, objects[i], new Part(infos[at], infos[at + 1], infos[at + 2])));
      }
    } else {
      for (int i = firstGroup(method); i + GROUP <= given.length; i += GROUP) {
        Part part = new Part(number(given[i + 1]), number(given[i + 2]), number(given[i + 3]));
        copies.add(place(words, given[i], part));
      }
    }
    try {
      return NativeResult.of(calls.enter(symbol, NativeArguments.of(words)));
    } finally {
      // The words hold their addresses.
      Reference.reachabilityFence(copies);
    }
  }

  private static int firstGroup(String method) {
    return method.startsWith(ARRAY) ? LEADING + 1 : LEADING + plainCount(method);
  }

  /** Returns the number of plain arguments in the name of a method: 2 for invokeN2O1. */
  private static int plainCount(String method) {
    char digit = method.length() > 7 ? method.charAt(7) : '0';
    return Math.max(0, Math.min(6, digit - '0'));
  }

  private static long[] plain(String method, Object[] given) {
    long[] words = new long[plainCount(method)];
    for (int i = 0; i < words.length && LEADING + i < given.length; i++) {
      words[i] = (Long) given[LEADING + i];
    }
    return words;
  }

  private static long[] inArray(Object[] given) {
    ByteBuffer bytes = ByteBuffer.wrap((byte[]) given[LEADING]).order(ByteOrder.nativeOrder());
    long[] words = new long[bytes.remaining() / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = bytes.getLong();
    }
    return words;
  }

  /** The part of an object that is passed, and the index of the argument that it becomes. */
  private record Part(int info, int offset, int length) {
    int index() {
      return info >> INDEX_SHIFT & INDEX_MASK;
    }
  }

  /** Copies the bytes of a path to where the address of one can be given; null if it is none. */
  private static ByteBuffer place(long[] words, Object object, Part part) {
    if (!(object instanceof byte[] bytes) || part.index() >= words.length) {
      return null;
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(part.length + 1);
    copy.put(bytes, part.offset, part.length);
    words[part.index()] = JdkInternals.address(copy);
    return copy;
  }

  private static int number(Object word) {
    return ((Long) word).intValue();
  }
}
