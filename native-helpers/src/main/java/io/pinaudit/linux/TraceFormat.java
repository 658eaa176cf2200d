package io.pinaudit.linux;

/** How a tracefs recording is written. */
public enum TraceFormat {
  /** The ring buffer's own pages, as a {@code trace.dat} that trace-cmd reads, too. */
  RAW("dat"),
  /** The kernel's text: microseconds, and the kernel's time to print it. */
  TEXT("ftrace");

  private final String suffix;

  TraceFormat(String suffix) {
    this.suffix = suffix;
  }

  /** A trace's name in a run directory: {@code kernel.dat}. */
  public String file(String trace) {
    return trace + "." + suffix;
  }
}
