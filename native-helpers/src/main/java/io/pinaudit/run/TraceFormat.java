package io.pinaudit.run;

/** How a tracefs recording is written. */
public enum TraceFormat {
  /** The ring buffer's own pages, as a {@code trace.dat} that trace-cmd reads, too. */
  RAW("dat"),
  /** The kernel's text: microseconds, and the kernel's time to print it. */
  TEXT("ftrace");

  /** The trace of what happens to pages and devices, whoever does it, without its suffix. */
  public static final String MACHINE = "kernel";

  /**
   * The system calls of the followed processes. A filter by process holds for a whole instance, so
   * they have an instance and a trace of their own.
   */
  public static final String PROCESSES = "syscalls";

  private final String suffix;

  TraceFormat(String suffix) {
    this.suffix = suffix;
  }

  /** A trace's name in a run directory: {@code kernel.dat}. */
  public String file(String trace) {
    return trace + "." + suffix;
  }
}
