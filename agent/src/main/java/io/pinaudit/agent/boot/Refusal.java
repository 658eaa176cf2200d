package io.pinaudit.agent.boot;

/**
 * Carries an exception of the guard out of a hook: the application gets its cause in place of the
 * call. Nothing else that a hook throws reaches the application.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes a refusal. */
  public Refusal(Throwable refused) {
    super(null, refused, false, false);
  }

  /**
   * Throws what the application gets, whether the hooked method declares it or not.
   *
   * @return nothing, so that a caller can say {@code throw}
   */
  public RuntimeException deliver() {
    Refusal.<RuntimeException>raise(getCause());
    return this;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
