package io.pinaudit.cli.doctor;

/**
 * One line of the doctor's.
 *
 * @param state whether it is as it should be
 * @param text what was looked at, and what to do about it
 */
record Check(State state, String text) {
  /** Whether something is as it should be. */
  enum State {
    /** It is. */
    OK("ok"),
    /** It is not, and no audit is the worse for it. */
    NOTE("note"),
    /** It is not: an audit here sees less. */
    MISSING("MISSING");

    private final String label;

    State(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  static Check ok(String text) {
    return new Check(State.OK, text);
  }

  static Check note(String text) {
    return new Check(State.NOTE, text);
  }

  static Check missing(String text) {
    return new Check(State.MISSING, text);
  }
}
