package io.pinaudit.cli.doctor;

/**
 * One line of the doctor's output.
 *
 * @param state whether what was checked is as it should be
 * @param text what was checked, and what to do about it
 */
record Check(State state, String text) {
  /** The result of a check. */
  enum State {
    /** The machine is as it should be. */
    OK("ok"),
    /** The machine is not as it should be, but audits here see no less. */
    NOTE("note"),
    /** The machine is not as it should be, and audits here see less. */
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
