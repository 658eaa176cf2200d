package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.trace.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Accesses to mapped memory that failed, from all that tell of them. The JVM's errors have the line
 * of code, the kernel's signals the time: what both tell is one.
 */
final class Faults {
  /** So many signals are kept; a program that catches the error may go on getting them. */
  private static final int MOST = 1_000;

  private final List<Fault> errors = new ArrayList<>();
  private final List<Fault> signals = new ArrayList<>();

  /** A JVM threw an error, or died. */
  void error(Fault fault) {
    errors.add(fault);
  }

  /** The kernel sent a signal to a thread of a JVM. */
  void signal(Fault fault) {
    if (signals.size() < MOST) {
      signals.add(fault);
    }
  }

  boolean isEmpty() {
    return errors.isEmpty() && signals.isEmpty();
  }

  /**
   * Each once. A thread's signals are its errors, in order; if no thread has both, the threads'
   * numbers may differ, as in a container, and the errors count alone.
   */
  List<Fault> all() {
    Map<Integer, Deque<Fault>> ofThread = new HashMap<>();
    signals.forEach(
        one -> ofThread.computeIfAbsent(one.stamp().tid(), _ -> new ArrayDeque<>()).add(one));
    List<Fault> all = new ArrayList<>();
    boolean joined = errors.isEmpty();
    for (Fault error : errors) {
      Deque<Fault> signal = ofThread.get(error.stamp().tid());
      joined |= signal != null;
      all.add(signal == null || signal.isEmpty() ? error : error.at(signal.poll().stamp().nanos()));
    }
    if (joined) {
      errors.forEach(error -> ofThread.remove(error.stamp().tid()));
      signals.stream().filter(one -> ofThread.containsKey(one.stamp().tid())).forEach(all::add);
    }
    return List.copyOf(all);
  }
}
