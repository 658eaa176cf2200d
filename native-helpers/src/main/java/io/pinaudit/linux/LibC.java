package io.pinaudit.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The C library's functions through the JDK's linker, and what their failures mean. */
@SuppressWarnings("restricted")
final class LibC {
  private static final Linker LINKER = Linker.nativeLinker();

  /** Where a call leaves its errno: the first argument of each {@link #function}. */
  static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final long MOST_TEXT_BYTES = 256;

  private LibC() {}

  /** Returns a function that takes, as its first argument, the memory for its errno. */
  static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  /**
   * Returns the exception for a call that failed, with its errno and the C library's text for that.
   */
  static IOException failure(String call, int errno) {
    return new IOException("%s failed: errno %d (%s)".formatted(call, errno, text(errno)));
  }

  private static String text(int errno) {
    MethodHandle strerror =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT));
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
      return text.reinterpret(MOST_TEXT_BYTES).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Returns or throws an exception of a method handle. Handles declare Throwable, but this one
   * throws only what is listed here.
   */
  static IOException sneaky(Throwable thrown) {
    return switch (thrown) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(thrown);
    };
  }
}
