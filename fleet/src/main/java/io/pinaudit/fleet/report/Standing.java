package io.pinaudit.fleet.report;

/** Where a finding stands, compared with before; in the order of a report. */
enum Standing {
  /** Seen since, and never before. */
  NEW("new"),
  /** Seen since, and before, but not in so many complete runs between that chance explains it. */
  REGRESSED("regressed"),
  /** Seen since, and before. */
  ONGOING("ongoing"),
  /** Seen before, and not in the runs since, though they are too few to tell. */
  TOO_FEW_RUNS("not seen, too few complete runs to tell"),
  /** Seen before, and not in so many complete runs since that chance explains it. */
  NOT_SEEN("not seen since");

  private final String text;

  Standing(String text) {
    this.text = text;
  }

  /** Whether it was seen since. */
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
