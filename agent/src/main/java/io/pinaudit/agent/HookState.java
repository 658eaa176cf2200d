package io.pinaudit.agent;

/**
 * The state of a hook.
 *
 * @param number the hook's number at the dispatcher
 * @param matches the number of methods that were instrumented
 * @param reason why the hook is not in place; null if it is
 */
record HookState(String name, int number, Status status, int matches, String reason) {
  enum Status {
    INSTALLED("installed"),
    AWAITED("awaited"),
    ABSENT("absent"),
    FAILED("failed");

    private final String text;

    Status(String text) {
      this.text = text;
    }

    /** Returns the status as events spell it. */
    String text() {
      return text;
    }
  }
}
