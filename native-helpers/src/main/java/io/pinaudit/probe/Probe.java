package io.pinaudit.probe;

import java.util.List;

/** One probe of a {@link ProbeSet}: what to attach, which evidence it gives, what to filter out. */
public sealed interface Probe {
  /** The event's name in the trace, unique in its set. */
  String name();

  /** The evidence that rules ask for, such as {@code pins}. */
  String evidence();

  /** The filter expression, or an empty string. */
  String filter();

  /** The same probe with a filter. */
  Probe where(String expression);

  /**
   * Where a probe is in a kernel function.
   *
   * @param symbol the function
   * @param onReturn kretprobe instead of kprobe
   */
  record Place(String symbol, boolean onReturn) {}

  /**
   * A probe on a kernel function.
   *
   * @param meaning what it tells whoever reads the trace; null of one that is no dialect's
   * @param arguments fetch arguments as in Documentation/trace/kprobetrace.rst
   * @param followed whether it is of interest only in the followed processes, and in the kernel's
   *     threads that work for any; else it is on the whole machine
   */
  record Function(
      String name,
      String evidence,
      Meaning meaning,
      Place place,
      String arguments,
      String filter,
      boolean followed)
      implements Probe {
    /** How the names begin of the kernel's threads that pin and drop for a process. */
    public static final List<String> WORKERS = List.of("io", "kworker");

    /** The function. */
    public String symbol() {
      return place.symbol();
    }

    /** Whether it fires when the function returns. */
    public boolean onReturn() {
      return place.onReturn();
    }

    @Override
    public Probe where(String expression) {
      return new Function(name, evidence, meaning, place, arguments, expression, followed);
    }

    /** The same probe with what it tells. */
    Function meaning(Meaning told) {
      return new Function(name, evidence, told, place, arguments, filter, followed);
    }

    /** The same probe in the followed processes only. */
    public Function ofFollowed() {
      return new Function(name, evidence, meaning, place, arguments, filter, true);
    }
  }

  /**
   * A tracepoint that the kernel declares.
   *
   * @param group its folder in tracefs
   * @param everybodys whether a system call is of interest in all processes, rather than in the
   *     followed ones only; all other tracepoints are
   */
  record Tracepoint(String group, String name, String evidence, String filter, boolean everybodys)
      implements Probe {
    /** Of the group of system calls in the followed processes, else of the whole machine. */
    public Tracepoint(String group, String name, String evidence, String filter) {
      this(group, name, evidence, filter, false);
    }

    @Override
    public Probe where(String expression) {
      return new Tracepoint(group, name, evidence, expression, everybodys);
    }

    /** The same system call, whoever makes it. */
    Tracepoint ofEverybody() {
      return new Tracepoint(group, name, evidence, filter, true);
    }

    /** Whether it is recorded of the followed processes only. */
    public boolean ofFollowed() {
      return group.equals("syscalls") && !everybodys;
    }
  }
}
