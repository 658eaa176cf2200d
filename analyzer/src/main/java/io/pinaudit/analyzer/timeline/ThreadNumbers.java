package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernel's numbers of threads that know themselves by another: those of pid namespaces. Two
 * containers that use one number at the same time are not told apart: the younger thread has it.
 */
final class ThreadNumbers {
  private final Map<Integer, Integer> tidByOwn = new HashMap<>();

  void started(TraceEvent.ThreadStarted thread) {
    tidByOwn.put(thread.ownTid(), thread.tid());
  }

  /** The call as the kernel numbers its thread. */
  JavaCall renumbered(JavaCall call) {
    Integer tid = tidByOwn.get(call.started().tid());
    return tid == null ? call : call.on(tid);
  }
}
