package io.pinaudit.agent.boot;

/** What to do when a method of the hook table is entered. */
public interface Hook {
  /**
   * A hooked method was entered.
   *
   * <p>The weaver passes the arguments that are references, then the receiver, as the first two
   * values, and the arguments that are integers, widened, as the others; what is missing is null or
   * 0. They are not an object of their own because that would allocate on every call.
   *
   * @return the call to end when the method does, or null to hear no more of it
   */
  Call enter(Object first, Object second, long a, long b, long c, long d);
}
