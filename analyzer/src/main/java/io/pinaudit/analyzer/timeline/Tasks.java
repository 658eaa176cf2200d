package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.RunDescription;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which process each thread is of, and for which user a process works. */
final class Tasks {
  /** So many threads are known at a time; those that were started first are forgotten first. */
  private static final int MOST = 1 << 16;

  private final Map<Integer, Integer> processes = new Youngest<>();
  private final Map<Integer, Integer> users = new Youngest<>();
  private final Map<Integer, String> jvms = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();

  private static final class Youngest<V> extends LinkedHashMap<Integer, V> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
      return size() > MOST;
    }
  }

  /** Of a run; its description may be null. */
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

  /** A child has its parent's user until it changes that. */
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

  /** A JVM makes a hooked call. */
  void called(JavaCall call) {
    int tid = call.started().tid();
    if (!call.process().equals(jvms.put(tid, call.process()))) {
      jvms.put(process(tid), call.process());
    }
  }

  private int process(int tid) {
    return processes.getOrDefault(tid, tid);
  }

  /** The JVM that a thread is of, as its calls name it; null if it is of none that is audited. */
  String jvm(int tid) {
    String known = jvms.get(tid);
    return known == null ? jvms.get(process(tid)) : known;
  }

  /** The process of whoever acts. */
  ProcessRef of(Stamp stamp) {
    int pid = process(stamp.tid());
    int uid = users.getOrDefault(pid, -1);
    return new ProcessRef(
        pid, stamp.task(), uid, names.getOrDefault(uid, ""), jvm(stamp.tid()) != null, false);
  }
}
