package io.pinaudit.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jnr.constants.platform.Errno;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/**
 * The few POSIX calls that the JDK does not offer. Safe for any thread.
 *
 * <p>What each recording needs is linked by itself; the start of jnr-posix, which generates code
 * for all of libc, takes an emulated machine three seconds, so it is left to the look-up of users.
 */
@SuppressWarnings("restricted")
public final class Posix {
  private static final int PRIO_PROCESS = 0; // sys/resource.h
  // asm-generic/fcntl.h: O_RDONLY, O_NONBLOCK, O_CLOEXEC
  private static final int READ_WITHOUT_WAITING = 04000 | 02_000_000;
  // asm-generic/errno-base.h
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  // struct pollfd of poll(2)
  private static final StructLayout POLLED =
      MemoryLayout.structLayout(JAVA_INT, JAVA_SHORT, JAVA_SHORT);
  private static final long EVENTS_OFFSET = 4;
  private static final short POLLIN = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      function(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle READ =
      function(
          "read",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle POLL =
      function(
          "poll",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SETPRIORITY =
      function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

  /** Where a call of each thread leaves its errno: a recorder makes thousands of calls a second. */
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

  /** libc as a whole, started by its first user. */
  private static final class Libc {
    static final POSIX ALL = POSIXFactory.getNativePOSIX();
  }

  private Posix() {}

  /** Returns whether the effective user is root. */
  public static boolean isRoot() {
    try {
      // The owner of a process's entry is its effective user, proc(5).
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return Libc.ALL.geteuid() == 0;
    }
  }

  /**
   * Gives this thread precedence over others (negative) or none (0), as far as this process may,
   * with setpriority(2), which on Linux applies to a single thread.
   */
  public static void setNiceness(int niceness) {
    try {
      int _ = (int) SETPRIORITY.invokeExact(PRIO_PROCESS, PidNamespace.thread(), niceness);
    } catch (IOException e) {
      // Without /proc the thread keeps its niceness.
      return;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Returns the entry of a user, by name or number; null if there is none. */
  static Passwd user(String nameOrNumber) {
    Passwd named = Libc.ALL.getpwnam(nameOrNumber);
    return named != null || !nameOrNumber.matches("\\d{1,9}")
        ? named
        : Libc.ALL.getpwuid(Integer.parseInt(nameOrNumber));
  }

  /**
   * Opens a file for reading without waiting for data; close the descriptor with {@link #close}.
   */
  public static int openWithoutWaiting(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = STATE.get();
      MemorySegment name = arena.allocateFrom(path.toString());
      int descriptor = (int) OPEN.invokeExact(state, name, READ_WITHOUT_WAITING);
      if (descriptor < 0) {
        throw failure("open", path, errno(state));
      }
      return descriptor;
    } catch (Throwable e) {
      throw narrowed(e);
    }
  }

  /** Reads once into a direct buffer, from its first byte; returns 0 if there is nothing now. */
  public static int read(int descriptor, ByteBuffer buffer, Path path) throws IOException {
    MemorySegment bytes = MemorySegment.ofBuffer(buffer);
    try {
      MemorySegment state = STATE.get();
      long count;
      do {
        count = (long) READ.invokeExact(state, descriptor, bytes, bytes.byteSize());
      } while (count < 0 && errno(state) == EINTR);
      if (count < 0 && errno(state) != EAGAIN) {
        throw failure("read", path, errno(state));
      }
      return (int) Math.max(0, count);
    } catch (Throwable e) {
      throw narrowed(e);
    }
  }

  /**
   * Waits until one of some descriptors can be read, with poll(2).
   *
   * @param millis how long at most
   * @return whether one can be read; false if a signal came first
   */
  public static boolean awaitReadable(List<Integer> descriptors, int millis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = STATE.get();
      MemorySegment polled = arena.allocate(POLLED, descriptors.size());
      for (int i = 0; i < descriptors.size(); i++) {
        polled.set(JAVA_INT, i * POLLED.byteSize(), descriptors.get(i));
        polled.set(JAVA_SHORT, i * POLLED.byteSize() + EVENTS_OFFSET, POLLIN);
      }
      int ready = (int) POLL.invokeExact(state, polled, (long) descriptors.size(), millis);
      if (ready < 0 && errno(state) != EINTR) {
        throw new IOException("poll: " + Errno.valueOf(errno(state)).description());
      }
      return ready > 0;
    } catch (Throwable e) {
      throw narrowed(e);
    }
  }

  public static void close(int descriptor) {
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  private static IOException failure(String call, Path path, int errno) {
    return new IOException(
        "%s(\"%s\"): %s (errno %d)"
            .formatted(call, path, Errno.valueOf(errno).description(), errno));
  }

  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /**
   * Returns or throws an exception of a method handle. Handles declare Throwable, but those of this
   * class throw only what is listed here.
   */
  private static IOException narrowed(Throwable thrown) {
    if (thrown instanceof IOException e) {
      return e;
    }
    throw unexpected(thrown);
  }

  private static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> throw new AssertionError(thrown);
    };
  }
}
