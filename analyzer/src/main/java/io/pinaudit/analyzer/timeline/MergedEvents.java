package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.timeline.Timeline.KernelEvents;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;

/**
 * Merges two traces of one run by time: the trace of what happened to pages and devices, and the
 * trace of what the followed processes did, which are mostly system calls.
 *
 * <p>The times of ftrace's text are whole microseconds. Within one microsecond, a system call is
 * taken to begin before and to end after the other events of the kernel.
 */
public final class MergedEvents implements KernelEvents {
  private final KernelEvents machine;
  private final KernelEvents syscalls;
  private final Horizon horizon;
  private TraceEvent nextOfMachine;
  private TraceEvent nextSyscall;
  private boolean over;

  /**
   * Merges two traces, each of which is in order.
   *
   * @throws IOException if the first event of either cannot be read
   */
  public MergedEvents(KernelEvents machine, KernelEvents syscalls) throws IOException {
    this(machine, syscalls, Horizon.ofWhole());
  }

  /**
   * Merges two traces, each of which is in order.
   *
   * @param horizon up to which time both pass on events
   * @throws IOException if the first event of either cannot be read
   */
  public MergedEvents(KernelEvents machine, KernelEvents syscalls, Horizon horizon)
      throws IOException {
    this.horizon = horizon;
    this.machine = machine;
    this.syscalls = syscalls;
    nextOfMachine = machine.next();
    nextSyscall = syscalls.next();
  }

  @Override
  public TraceEvent next() throws IOException {
    if (!over) {
      over = horizon.isOver();
      nextOfMachine = nextOfMachine == null ? machine.next() : nextOfMachine;
      nextSyscall = nextSyscall == null ? syscalls.next() : nextSyscall;
    }
    return nextOfMachine == null || nextSyscall != null && syscallIsFirst()
        ? nextSyscall()
        : nextOfMachine();
  }

  private boolean syscallIsFirst() {
    int order = Long.compare(nextSyscall.stamp().nanos(), nextOfMachine.stamp().nanos());
    return order == 0 ? nextSyscall instanceof TraceEvent.SyscallEntered : order < 0;
  }

  private TraceEvent nextSyscall() throws IOException {
    TraceEvent event = nextSyscall;
    nextSyscall = event == null ? null : syscalls.next();
    return event;
  }

  private TraceEvent nextOfMachine() throws IOException {
    TraceEvent event = nextOfMachine;
    nextOfMachine = machine.next();
    return event;
  }
}
