package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Notices that the events of the JVMs and of the kernel are not on one clock: a trace was recorded
 * with the {@code local} or {@code boot} clock, for example. Then the system calls that hooked
 * calls surely make never lie within hooked calls.
 */
final class Clocks {
  /**
   * So many system calls outside of all hooked calls are more than the JVM's own: its main thread
   * truncates and unlinks the JVM's files. A thread is only judged if a hooked call of it makes one
   * of them for sure.
   */
  private static final int ENOUGH = 3;

  private final Set<Integer> threads = new HashSet<>();
  private final Map<Integer, Long> outside = new HashMap<>();
  private long within;

  /** Notes that a hooked call of the JVM begins. */
  void called(JavaCall call) {
    if (call.operation().makesSyscall()) {
      threads.add(call.started().tid());
    }
  }

  /** Notes that a system call begins, and who makes it. */
  void entered(Operation syscall, Actor actor) {
    if (syscall.isMade()) {
      if (actor.call() != null) {
        within++;
      } else {
        outside.merge(actor.tid(), 1L, Long::sum);
      }
    }
  }

  /** Returns whether the two sides cannot be on one clock. */
  boolean differ() {
    long ofJvm = threads.stream().mapToLong(tid -> outside.getOrDefault(tid, 0L)).sum();
    return within == 0 && ofJvm >= ENOUGH;
  }
}
