package io.pinaudit.run;

/** The formats of a tracefs recording. */
public enum TraceFormat {
  /** The pages of the kernel's ring buffer in a {@code trace.dat}, which trace-cmd reads, too. */
  RAW("dat"),
  /**
   * The kernel's text. Its times are whole microseconds, and the kernel spends time to print it.
   */
  TEXT("ftrace");

  /**
   * The name, without suffix, of the trace of what happens to pages and devices, whichever process
   * causes it.
   */
  public static final String MACHINE = "kernel";

  /**
   * The name, without suffix, of the trace of the system calls of the followed processes. These
   * have a tracing instance and a trace of their own, because a filter by process holds for a whole
   * instance.
   */
  public static final String PROCESSES = "syscalls";

  private final String suffix;

  TraceFormat(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the name of a trace in a run directory, such as {@code kernel.dat}. */
  public String file(String trace) {
    return trace + "." + suffix;
  }
}
