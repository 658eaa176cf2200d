package io.pinaudit.probe;

import io.pinaudit.run.Evidence;
import java.util.List;

/**
 * One probe of a {@link ProbeSet}: the place to attach to, the evidence that the probe gives, and
 * the filter.
 */
public sealed interface Probe {
  /** Returns the event's name in the trace, which is unique in the set. */
  String name();

  /** Returns the evidence that the probe gives to rules, such as {@link Evidence#PINS}. */
  Evidence evidence();

  /** Returns the filter expression, or an empty string. */
  String filter();

  /** Returns whether the probe computes what tracefs cannot, so that only bpftrace has it. */
  default boolean computes() {
    return false;
  }

  /** Returns the same probe with a filter. */
  Probe where(String expression);

  /**
   * The place of a probe in a kernel function.
   *
   * @param symbol the function
   * @param onReturn kretprobe instead of kprobe
   */
  record Place(String symbol, boolean onReturn) {}

  /**
   * A probe on a kernel function.
   *
   * @param meaning the meaning of a hit for readers of the trace; null for a probe that belongs to
   *     no dialect
   * @param arguments fetch arguments as in Documentation/trace/kprobetrace.rst
   * @param followed whether it is of interest only in the followed processes, and in the kernel's
   *     threads that work for any; else it is on the whole machine
   */
  record Function(
      String name,
      Evidence evidence,
      Meaning meaning,
      Place place,
      String arguments,
      String filter,
      boolean followed)
      implements Probe {
    /** The beginnings of the names of the kernel's threads that pin and drop for a process. */
    public static final List<String> WORKERS = List.of("io", "kworker");

    /** The beginnings of the names of those among them that pin: io_uring's. */
    public static final List<String> TAKERS = List.of("io");

    /** Returns the function. */
    public String symbol() {
      return place.symbol();
    }

    /** Returns whether the probe fires when the function returns. */
    public boolean onReturn() {
      return place.onReturn();
    }

    @Override
    public Probe where(String expression) {
      return new Function(name, evidence, meaning, place, arguments, expression, followed);
    }

    @Override
    public boolean computes() {
      return arguments.contains("page_of(") || arguments.contains("pages_of(");
    }

    /** Returns the same probe with a meaning. */
    Function meaning(Meaning told) {
      return new Function(name, evidence, told, place, arguments, filter, followed);
    }

    /** Returns the same probe, recorded in the followed processes only. */
    public Function ofFollowed() {
      return new Function(name, evidence, meaning, place, arguments, filter, true);
    }
  }

  /**
   * A tracepoint that the kernel declares.
   *
   * @param group the tracepoint's folder in tracefs
   * @param everybodys whether a system call is of interest in all processes, rather than in the
   *     followed ones only; all other tracepoints are
   */
  record Tracepoint(String group, String name, Evidence evidence, String filter, boolean everybodys)
      implements Probe {
    /**
     * Makes a tracepoint that is recorded in the followed processes if it is a system call, else on
     * the whole machine.
     */
    public Tracepoint(String group, String name, Evidence evidence, String filter) {
      this(group, name, evidence, filter, false);
    }

    @Override
    public Probe where(String expression) {
      return new Tracepoint(group, name, evidence, expression, everybodys);
    }

    /** Returns the same system call, recorded in all processes. */
    Tracepoint ofEverybody() {
      return new Tracepoint(group, name, evidence, filter, true);
    }

    /** Returns whether the tracepoint is recorded in the followed processes only. */
    public boolean ofFollowed() {
      return group.equals("syscalls") && !everybodys;
    }
  }
}
