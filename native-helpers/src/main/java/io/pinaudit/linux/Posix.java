package io.pinaudit.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/** The few POSIX calls that the JDK does not offer, through jnr-posix. Safe for any thread. */
public final class Posix {
  private static final int PRIO_PROCESS = 0; // sys/resource.h
  // asm-generic/fcntl.h: O_RDONLY, O_NONBLOCK, O_CLOEXEC
  private static final int READ_WITHOUT_WAITING = 04000 | 02_000_000;
  // asm-generic/errno-base.h
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

  private Posix() {}

  /** Whether the effective user is root. */
  public static boolean isRoot() {
    return LIBC.geteuid() == 0;
  }

  /**
   * Lets this thread go before others (negative) or not (0), as far as this process may:
   * setpriority(2), which takes a thread for a process.
   */
  public static void setNiceness(int niceness) {
    try {
      LIBC.setpriority(PRIO_PROCESS, PidNamespace.thread(), niceness);
    } catch (IOException e) {
      // Without /proc it stays as it is.
      return;
    }
  }

  /** The entry of a user, by name or number; null if there is none. */
  static Passwd user(String nameOrNumber) {
    Passwd named = LIBC.getpwnam(nameOrNumber);
    return named != null || !nameOrNumber.matches("\\d{1,9}")
        ? named
        : LIBC.getpwuid(Integer.parseInt(nameOrNumber));
  }

  /** A descriptor for reading what there is; close it with {@link #close}. */
  public static int openWithoutWaiting(Path path) throws IOException {
    int descriptor = LIBC.open(path.toString(), READ_WITHOUT_WAITING, 0);
    if (descriptor < 0) {
      throw failure("open", path);
    }
    return descriptor;
  }

  /** Reads once into a direct buffer, from its first byte; returns 0 if there is nothing now. */
  public static int read(int descriptor, ByteBuffer buffer, Path path) throws IOException {
    int count = LIBC.read(descriptor, buffer, buffer.capacity());
    while (count < 0 && LIBC.errno() == EINTR) {
      count = LIBC.read(descriptor, buffer, buffer.capacity());
    }
    if (count < 0 && LIBC.errno() != EAGAIN) {
      throw failure("read", path);
    }
    return Math.max(0, count);
  }

  public static void close(int descriptor) {
    LIBC.close(descriptor);
  }

  private static IOException failure(String call, Path path) {
    int errno = LIBC.errno();
    return new IOException(
        call + "(\"" + path + "\"): " + LIBC.strerror(errno) + " (errno " + errno + ")");
  }
}
