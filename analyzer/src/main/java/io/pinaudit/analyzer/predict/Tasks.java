package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.List;
import java.util.Set;

/**
 * Tells tasks of a thread pool apart. Two tasks that one thread of a pool has run may be run by two
 * threads at once another time: a thread that is idle takes the next task.
 */
final class Tasks {
  /** The methods of the JDK from which the threads of pools run tasks. */
  private static final Set<String> RUNNERS =
      Set.of(
          "java.util.concurrent.ThreadPoolExecutor.runWorker",
          "java.util.concurrent.ForkJoinTask.doExec");

  private Tasks() {}

  /**
   * Returns whether two calls of one thread are known to be of two tasks.
   *
   * <p>From the pool on, both stacks are the same until one line calls two methods: a line that
   * runs whatever it is given. If they part at two lines of one method, it may be one task that
   * made both calls.
   */
  static boolean differ(JavaCall one, JavaCall other) {
    List<Frame> first = one.stack();
    List<Frame> second = other.stack();
    int i = runner(first) - 1;
    int j = runner(second) - 1;
    while (i >= 0 && j >= 0 && first.get(i).equals(second.get(j))) {
      i--;
      j--;
    }
    return i >= 0 && j >= 0 && !name(first.get(i)).equals(name(second.get(j)));
  }

  /** Returns the index of the innermost frame of a pool that runs a task; 0 if there is none. */
  private static int runner(List<Frame> stack) {
    for (int i = 0; i < stack.size(); i++) {
      if (RUNNERS.contains(name(stack.get(i)))) {
        return i;
      }
    }
    return 0;
  }

  private static String name(Frame frame) {
    return frame.className() + "." + frame.method();
  }
}
