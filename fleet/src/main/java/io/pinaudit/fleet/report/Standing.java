package io.pinaudit.fleet.report;

/**
 * The standing of a finding compared with the time before a day or release. The constants are in
 * the order of a report.
 */
enum Standing {
  /** The finding was seen since then, and never before. */
  NEW("new"),
  /**
   * The finding was seen before and since then, but was absent from so many complete runs in
   * between that chance does not explain it.
   */
  REGRESSED("regressed"),
  /** The finding was seen before and since then. */
  ONGOING("ongoing"),
  /** The finding was seen before, but not since then; the runs since then are too few to tell. */
  TOO_FEW_RUNS("not seen, too few complete runs to tell"),
  /**
   * The finding was seen before, but not since then, in so many complete runs that chance does not
   * explain it.
   */
  NOT_SEEN("not seen since");

  private final String text;

  Standing(String text) {
    this.text = text;
  }

  /** Returns whether the finding was seen since then. */
  boolean isSeen() {
    return switch (this) {
      case NEW, REGRESSED, ONGOING -> true;
      case TOO_FEW_RUNS, NOT_SEEN -> false;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
