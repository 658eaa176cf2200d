package io.pinaudit.allocator;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Linux system calls by their numbers on x86-64. */
@SuppressWarnings("restricted")
enum SystemCall {
  READ(0),
  OPEN(2),
  CLOSE(3),
  MMAP(9),
  PIPE(22),
  FCNTL(72),
  VMSPLICE(278),
  MEMFD_CREATE(319),
  IO_URING_SETUP(425),
  IO_URING_ENTER(426);

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));
  private final long number;

  SystemCall(long number) {
    this.number = number;
  }

  /** What it returns, with errno in the exception if that is -1. */
  long call(long... arguments) throws IOException {
    long[] a = Arrays.copyOf(arguments, 6);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long result;
      try {
        result = (long) SYSCALL.invokeExact(state, number, a[0], a[1], a[2], a[3], a[4], a[5]);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      if (result == -1) {
        throw new IOException(this + " failed with errno " + state.get(JAVA_INT, 0));
      }
      return result;
    }
  }
}
