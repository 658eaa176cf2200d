package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BoundedMap;
import io.pinaudit.run.RunDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows which process each thread belongs to, and which user each process works for. */
final class Tasks {
  /**
   * The largest number of threads that are known at a time; the threads that started first are
   * forgotten first.
   */
  private static final int MOST = 1 << 16;

  private final Map<Integer, Integer> processes = BoundedMap.ofYoungest(MOST);
  private final Map<Integer, Integer> users = BoundedMap.ofYoungest(MOST);
  private final Map<Integer, String> jvms = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();

  /** Makes the ledger of a run, whose description may be null. */
  Tasks(RunDescription run) {
    if (run != null) {
      run.users().forEach(this::running);
    }
  }

  private void running(RunDescription.UserOf user) {
    names.put(user.uid(), user.name());
    for (List<Integer> threads : user.processes()) {
      for (int tid : threads) {
        processes.put(tid, threads.getFirst());
        users.put(tid, user.uid());
      }
    }
  }

  /**
   * Notes a new thread or process. A child has its parent's user until the child changes its user.
   */
  void started(TraceEvent.TaskStarted task) {
    int parent = process(task.stamp().tid());
    processes.remove(task.tid());
    users.remove(task.tid());
    if (task.ofSameProcess()) {
      processes.put(task.tid(), parent);
    } else if (users.containsKey(parent)) {
      users.put(task.tid(), users.get(parent));
    }
  }

  void changed(TraceEvent.UserChanged change) {
    users.put(process(change.stamp().tid()), change.uid());
  }

  /** Notes that a JVM's thread makes a hooked call. */
  void called(JavaCall call) {
    int tid = call.started().tid();
    if (!call.process().equals(jvms.put(tid, call.process()))) {
      jvms.put(process(tid), call.process());
    }
  }

  /** Returns the process that a thread belongs to; the thread itself if that is not known. */
  int process(int tid) {
    return processes.getOrDefault(tid, tid);
  }

  /**
   * Returns the audited JVM that a thread belongs to, as the calls of that JVM name it; null if
   * there is none.
   */
  String jvm(int tid) {
    String known = jvms.get(tid);
    return known == null ? jvms.get(process(tid)) : known;
  }

  /** Returns the process of the thread that acts. */
  ProcessRef of(Stamp stamp) {
    int pid = process(stamp.tid());
    int uid = users.getOrDefault(pid, -1);
    return new ProcessRef(
        pid, stamp.task(), uid, names.getOrDefault(uid, ""), jvm(stamp.tid()) != null, false);
  }
}
