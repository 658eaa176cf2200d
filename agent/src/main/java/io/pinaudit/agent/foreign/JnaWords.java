package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.NativeArguments;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.List;

/**
 * Converts the objects of a program to the words that JNA passes to a native function.
 *
 * <p>Safe for any thread.
 */
final class JnaWords {
  private static final String POINTER = "com.sun.jna.Pointer";
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private final MethodHandle pointerAddress;
  private final Class<?> pointer;

  /**
   * Finds JNA's methods.
   *
   * @param type a class that sees JNA
   */
  JnaWords(Class<?> type) throws ReflectiveOperationException {
    pointer = Class.forName(POINTER, false, type.getClassLoader());
    // Public in com.sun.jna.Pointer.
    pointerAddress =
        MethodHandles.publicLookup()
            .findStatic(pointer, "nativeValue", MethodType.methodType(long.class, pointer))
            .asType(MethodType.methodType(long.class, Object.class));
  }

  /**
   * Returns the arguments of a function.
   *
   * @param copies takes the copies to which words point
   */
  NativeArguments of(Object[] arguments, List<ByteBuffer> copies) throws Throwable {
    long[] words = new long[NativeArguments.COUNT];
    for (int i = 0; i < Math.min(words.length, arguments.length); i++) {
      words[i] = arguments[i] instanceof String text ? copy(text, copies) : word(arguments[i]);
    }
    return NativeArguments.of(words);
  }

  private static long copy(String text, List<ByteBuffer> copies) {
    byte[] bytes = text.getBytes(NAMES);
    ByteBuffer copy = ByteBuffer.allocateDirect(bytes.length + 1).put(bytes);
    copies.add(copy);
    return JdkInternals.address(copy);
  }

  /**
   * Returns a number, a boolean, a pointer or a direct buffer as a word; any other object is
   * unknown.
   */
  long word(Object value) throws Throwable {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    if (value instanceof Buffer buffer && buffer.isDirect()) {
      return JdkInternals.address(buffer) + buffer.position();
    }
    return pointer.isInstance(value) ? (long) pointerAddress.invokeExact(value) : 0;
  }

  /** A call whose result may be an object. */
  static final class ObjectCall extends Call {
    private final Call call;
    private final JnaWords words;

    ObjectCall(Call call, JnaWords words) {
      this.call = call;
      this.words = words;
    }

    @Override
    public void end(long result, String error) {
      call.stopWith(this);
      call.end(result, error);
    }

    @Override
    public Object end(Object result) {
      try {
        end(words.word(result), null);
      } catch (Throwable t) {
        throw new IllegalStateException("JNA call not recorded", t);
      }
      return result;
    }
  }
}
