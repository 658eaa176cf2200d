package io.pinaudit.linux;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The few POSIX calls that the JDK does not offer, through jnr-posix. Safe for any thread. */
public final class Posix {
  private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

  private Posix() {}

  /** Whether the effective user is root. */
  public static boolean isRoot() {
    return LIBC.geteuid() == 0;
  }

  /**
   * Whether a process with this id exists, kill(2) with signal 0; also true if it may not be
   * signalled.
   */
  public static boolean isAlive(int pid) {
    return LIBC.kill(pid, 0) == 0 || LIBC.errno() == jnr.constants.platform.Errno.EPERM.intValue();
  }
}
