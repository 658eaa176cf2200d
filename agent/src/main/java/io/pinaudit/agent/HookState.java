package io.pinaudit.agent;

/**
 * What became of a hook.
 *
 * @param number its number at the dispatcher
 * @param matches methods that were instrumented
 * @param reason why it is not in place; null if it is
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

    /** As the event says it. */
    String text() {
      return text;
    }
  }
}
