package io.pinaudit.linux;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/** The few POSIX calls that the JDK does not offer, through jnr-posix. Safe for any thread. */
public final class Posix {
  private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

  private Posix() {}

  /** Whether the effective user is root. */
  public static boolean isRoot() {
    return LIBC.geteuid() == 0;
  }

  /** The entry of a user, by name or number; null if there is none. */
  static Passwd user(String nameOrNumber) {
    Passwd named = LIBC.getpwnam(nameOrNumber);
    return named != null || !nameOrNumber.matches("\\d{1,9}")
        ? named
        : LIBC.getpwuid(Integer.parseInt(nameOrNumber));
  }
}
