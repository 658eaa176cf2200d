package io.pinaudit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/** The few POSIX calls that the JDK does not offer, through jnr-posix. Safe for any thread. */
public final class Posix {
  private static final int PRIO_PROCESS = 0; // sys/resource.h
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
  static void setNiceness(int niceness) {
    try {
      // 4711/task/4712
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      LIBC.setpriority(PRIO_PROCESS, Integer.parseInt(thread.getFileName().toString()), niceness);
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
}
