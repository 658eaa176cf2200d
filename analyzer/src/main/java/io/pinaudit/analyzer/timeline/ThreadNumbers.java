package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.HashMap;
import java.util.Map;

/**
 * Translates the thread numbers of pid namespaces to the kernel's own. If two containers use one
 * number at the same time, the number is taken for the younger thread's.
 */
final class ThreadNumbers {
  private final Map<Integer, Integer> tidByOwn = new HashMap<>();

  void started(TraceEvent.ThreadStarted thread) {
    tidByOwn.put(thread.ownTid(), thread.tid());
  }

  /** Returns a copy of a call with the kernel's number of its thread. */
  JavaCall renumbered(JavaCall call) {
    Integer tid = tidByOwn.get(call.started().tid());
    return tid == null ? call : call.on(tid);
  }
}
