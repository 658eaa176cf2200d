package io.pinaudit.agent.boot;

/** The action when a method of the hook table is entered. Safe for any thread. */
public interface Hook {
  /**
   * Handles the entry of a hooked method.
   *
   * <p>The weaver passes the arguments that are references, then the receiver, as the first two
   * values, and the arguments that are integers, widened, as the other values; missing values are
   * null or 0. The values are not passed as one object because that would allocate on every call.
   *
   * @return the call that the dispatcher ends when the method does; null for none
   */
  Call enter(Object first, Object second, long a, long b, long c, long d);
}
