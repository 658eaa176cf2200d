package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Notices that both sides are not on one clock: a trace recorded with {@code local} or {@code boot}
 * time, for example. A system call that hooked calls are made for then never lies within one.
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

  /** A hooked call of the JVM begins. */
  void called(JavaCall call) {
    if (call.operation().makesSyscall()) {
      threads.add(call.started().tid());
    }
  }

  /** A system call begins, and this is who makes it. */
  void entered(Operation syscall, Actor actor) {
    if (syscall.isMade()) {
      if (actor.call() != null) {
        within++;
      } else {
        outside.merge(actor.tid(), 1L, Long::sum);
      }
    }
  }

  /** Whether the two sides cannot be on one clock. */
  boolean differ() {
    long ofJvm = threads.stream().mapToLong(tid -> outside.getOrDefault(tid, 0L)).sum();
    return within == 0 && ofJvm >= ENOUGH;
  }
}
