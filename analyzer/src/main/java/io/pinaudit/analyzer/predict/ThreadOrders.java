package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.run.BoundedMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows which calls the starts and ends of threads order. All that a thread did before it started
 * another thread comes before all that the other thread does. All that a thread did comes before
 * all that another thread does after it has waited for the first one's end.
 *
 * <p>Memory is bounded: if there are too many threads, the oldest are forgotten. Then an order may
 * be missed, which can cause one more prediction, but never a finding.
 */
final class ThreadOrders {
  private static final int MOST_THREADS = 200_000;
  private static final int MOST_STEPS = 10_000;

  private final Map<JavaThread, Edges> edges = BoundedMap.ofYoungest(MOST_THREADS);

  /** A thread of a JVM. */
  record JavaThread(String process, long id) {
    static JavaThread of(JavaCall call) {
      return new JavaThread(call.process(), call.javaThread());
    }
  }

  /** An edge of the order: all that another thread did up to a moment comes before. */
  private record Edge(JavaThread from, long untilNanos, long sinceNanos) {}

  /** The edges that lead to a thread, or to some moment of a thread. */
  private static final class Edges {
    private final List<Edge> incoming = new ArrayList<>(1);
  }

  /** Notes that two threads are ordered at the time of a call. */
  void ordered(JavaCall call, JavaCall.ThreadOrdered order) {
    JavaThread self = JavaThread.of(call);
    JavaThread other = new JavaThread(call.process(), order.otherThread());
    long now = call.started().nanos();
    if (order.joined()) {
      add(self, new Edge(other, Long.MAX_VALUE, now));
    } else {
      add(other, new Edge(self, now, Long.MIN_VALUE));
    }
  }

  private void add(JavaThread thread, Edge edge) {
    edges.computeIfAbsent(thread, _ -> new Edges()).incoming.add(edge);
  }

  /** Returns whether the order of two calls is known; the first began earlier. */
  boolean orders(JavaCall first, JavaCall second) {
    JavaThread wanted = JavaThread.of(first);
    Map<JavaThread, Long> reached = new HashMap<>();
    Deque<JavaThread> open = new ArrayDeque<>();
    reached.put(JavaThread.of(second), second.started().nanos());
    open.add(JavaThread.of(second));
    for (int steps = 0; !open.isEmpty() && steps < MOST_STEPS; steps++) {
      JavaThread thread = open.remove();
      long until = reached.get(thread);
      if (thread.equals(wanted) && until >= first.started().nanos()) {
        return true;
      }
      follow(thread, until, reached, open);
    }
    return false;
  }

  private void follow(
      JavaThread thread, long until, Map<JavaThread, Long> reached, Deque<JavaThread> open) {
    Edges known = edges.get(thread);
    if (known == null) {
      return;
    }
    for (Edge edge : known.incoming) {
      Long before = reached.get(edge.from());
      if (edge.sinceNanos() <= until && (before == null || before < edge.untilNanos())) {
        reached.put(edge.from(), edge.untilNanos());
        open.add(edge.from());
      }
    }
  }
}
