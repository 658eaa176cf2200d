package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.trace.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins what the JVMs' errors and the kernel's signals tell of failed accesses to mapped memory.
 * The errors have the line of code, the signals have the time; an access that both tell becomes one
 * fault.
 */
final class Faults {
  /**
   * The largest number of signals that are kept; a program that catches the error may go on getting
   * them.
   */
  private static final int MOST = 1_000;

  private final List<Fault> errors = new ArrayList<>();
  private final List<Fault> signals = new ArrayList<>();

  /** Notes that a JVM threw an error, or died. */
  void error(Fault fault) {
    errors.add(fault);
  }

  /** Notes that the kernel sent a signal to a thread of a JVM. */
  void signal(Fault fault) {
    if (signals.size() < MOST) {
      signals.add(fault);
    }
  }

  boolean isEmpty() {
    return errors.isEmpty() && signals.isEmpty();
  }

  /**
   * Returns each failed access once. A thread's signals belong to its errors in order. If no thread
   * has both, the thread numbers may differ, as in a container; then only the errors count.
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
