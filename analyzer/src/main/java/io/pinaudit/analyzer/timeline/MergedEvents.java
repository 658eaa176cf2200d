package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.timeline.Timeline.KernelEvents;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;

/**
 * The kernel's events of two traces of one run in one order: what happened to pages and devices,
 * and what the followed processes did, which is their system calls for the most part.
 *
 * <p>Within one microsecond, which is all that ftrace's text tells, a system call begins before and
 * ends after what the kernel did.
 */
public final class MergedEvents implements KernelEvents {
  private final KernelEvents machine;
  private final KernelEvents syscalls;
  private TraceEvent nextOfMachine;
  private TraceEvent nextSyscall;

  /**
   * Of two traces, each in order.
   *
   * @throws IOException if the first event of either cannot be read
   */
  public MergedEvents(KernelEvents machine, KernelEvents syscalls) throws IOException {
    this.machine = machine;
    this.syscalls = syscalls;
    nextOfMachine = machine.next();
    nextSyscall = syscalls.next();
  }

  @Override
  public TraceEvent next() throws IOException {
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
