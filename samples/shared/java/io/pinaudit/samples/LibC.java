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
import java.lang.invoke.VarHandle;

/**
 * The C functions that the samples call, on Linux x86-64; each throws with its name, arguments and
 * errno where it fails.
 */
@SuppressWarnings("restricted")
final class LibC {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final int O_RDONLY = 0; // fcntl.h
  private static final int F_SETPIPE_SZ = 1031; // linux/fcntl.h

  private static final MethodHandle PIPE =
      function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle VMSPLICE =
      function(
          "vmsplice", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle OPEN =
      variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle FCNTL =
      variadic("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

  private LibC() {}

  /** Returns the read end and the write end of a new pipe. */
  static int[] pipe() throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    MemorySegment ends = Arena.ofAuto().allocate(JAVA_INT, 2);
    long result;
    try {
      result = (int) PIPE.invokeExact(callState, ends);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    checked(result, callState, "pipe()");
    return ends.toArray(JAVA_INT);
  }

  /** Lets a pipe hold at least so many bytes. */
  static void setPipeSize(int pipe, int sizeBytes) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    long result;
    try {
      result = (int) FCNTL.invokeExact(callState, pipe, F_SETPIPE_SZ, sizeBytes);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    checked(result, callState, "fcntl(" + pipe + ", F_SETPIPE_SZ, " + sizeBytes + ")");
  }

  /** Puts the pages themselves, not a copy, into a pipe; returns how many bytes it took. */
  static long vmsplice(int pipe, MemorySegment pages) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    MemorySegment iovec = Arena.ofAuto().allocateFrom(JAVA_LONG, pages.address(), pages.byteSize());
    long lentBytes;
    try {
      lentBytes = (long) VMSPLICE.invokeExact(callState, pipe, iovec, 1L, 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return checked(lentBytes, callState, "vmsplice(" + pipe + ", " + pages.byteSize() + " bytes)");
  }

  static long read(int fd, MemorySegment target) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    long readBytes;
    try {
      readBytes = (long) READ.invokeExact(callState, fd, target, target.byteSize());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return checked(readBytes, callState, "read(" + fd + ", " + target.byteSize() + " bytes)");
  }

  static int openForReading(String path) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    MemorySegment name = Arena.ofAuto().allocateFrom(path);
    long fd;
    try {
      fd = (int) OPEN.invokeExact(callState, name, O_RDONLY, 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return (int) checked(fd, callState, "open(\"" + path + "\", O_RDONLY)");
  }

  /** Returns whether the file system accepted the request. */
  static boolean ioctl(int fd, long request, MemorySegment argument) {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    try {
      return (int) IOCTL.invokeExact(callState, fd, request, argument) >= 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void close(int fd) throws IOException {
    MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    long result;
    try {
      result = (int) CLOSE.invokeExact(callState, fd);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    checked(result, callState, "close(" + fd + ")");
  }

  private static long checked(long result, MemorySegment callState, String call)
      throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with errno " + (int) ERRNO.get(callState, 0L));
    }
    return result;
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** Links a function of two fixed parameters and {@code ...}. */
  private static MethodHandle variadic(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.firstVariadicArg(2),
        Linker.Option.captureCallState("errno"));
  }
}
