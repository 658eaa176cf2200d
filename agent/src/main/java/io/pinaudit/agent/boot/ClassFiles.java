package io.pinaudit.agent.boot;

import java.nio.ByteBuffer;

/**
 * Gives {@code ClassLoader.defineClass} the class file to define when a class of the application is
 * defined.
 *
 * <p>The agent does not use a class-file transformer, because with one JDK 17 prints an assertion
 * on standard error when a thread runs out of stack while it loads a class. Safe for any thread;
 * takes no lock. If anything goes wrong, the class is defined unchanged.
 */
// The same array, and not one that is equal, says that nothing was changed.
@SuppressWarnings("ReferenceEquality")
public final class ClassFiles {
  private static volatile ClassRewriter rewriter;

  private ClassFiles() {}

  /** Puts a rewriter into service; null for none. */
  public static void rewriteBy(ClassRewriter next) {
    rewriter = next;
  }

  /** Returns the array to define the class from: the same array if nothing is to be changed. */
  public static byte[] bytes(ClassLoader loader, String name, byte[] bytes, int from, int length) {
    ClassRewriter current = rewriter;
    if (current == null
        || bytes == null
        || from < 0
        || length < 0
        || from > bytes.length - length) {
      return bytes;
    }
    try {
      byte[] changed = current.rewrite(loader, name, bytes, from, length);
      return changed == null ? bytes : changed;
    } catch (Throwable t) {
      return bytes;
    }
  }

  /** Returns the offset of the class in that array. */
  public static int from(byte[] defined, byte[] given, int from) {
    return defined == given ? from : 0;
  }

  /** Returns the length of the class in that array, in bytes. */
  public static int length(byte[] defined, byte[] given, int length) {
    return defined == given ? length : defined.length;
  }

  /** Returns the buffer to define the class from. */
  public static ByteBuffer buffer(ClassLoader loader, String name, ByteBuffer buffer) {
    if (rewriter == null || buffer == null) {
      return buffer;
    }
    try {
      byte[] given = new byte[buffer.remaining()];
      buffer.duplicate().get(given);
      byte[] defined = bytes(loader, name, given, 0, given.length);
      return defined == given ? buffer : ByteBuffer.wrap(defined);
    } catch (Throwable t) {
      return buffer;
    }
  }
}
