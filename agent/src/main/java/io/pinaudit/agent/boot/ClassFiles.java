package io.pinaudit.agent.boot;

import java.nio.ByteBuffer;

/**
 * What {@code ClassLoader.defineClass} asks when a class of the application is defined.
 *
 * <p>Not a class-file transformer, because with one of those JDK 17 prints an assertion on standard
 * error when a thread runs out of stack while it loads a class. Any thread, no lock; whatever goes
 * wrong, the class is defined as it is.
 */
// The same array, and not one that is equal, says that nothing was changed.
@SuppressWarnings("ReferenceEquality")
public final class ClassFiles {
  private static volatile ClassRewriter rewriter;

  private ClassFiles() {}

  /** Puts a rewriter into service, or none. */
  public static void rewriteBy(ClassRewriter next) {
    rewriter = next;
  }

  /** The array to define the class from: the same one if nothing is to be changed. */
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

  /** Where the class begins in that array. */
  public static int from(byte[] defined, byte[] given, int from) {
    return defined == given ? from : 0;
  }

  /** How long the class is in that array. */
  public static int length(byte[] defined, byte[] given, int length) {
    return defined == given ? length : defined.length;
  }

  /** The buffer to define the class from. */
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
