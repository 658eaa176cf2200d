package io.pinaudit.analyzer.tracedat;

import io.pinaudit.run.Progress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of threads in a trace that is still being written, which the recorder notes beside the
 * trace. Names that the recorder has forgotten meanwhile are kept, up to a number. One thread.
 */
final class LiveTasks {
  private static final int MOST = 1 << 16;

  private final Path trace;
  private final Map<Integer, String> names = new HashMap<>();

  LiveTasks(Path trace) {
    this.trace = trace;
  }

  /** Reads what the recorder has noted by now. */
  void look() {
    Progress.read(trace).ifPresent(progress -> add(progress.tasks()));
  }

  private void add(Map<Integer, String> more) {
    if (names.size() > MOST) {
      names.clear();
    }
    names.putAll(more);
  }

  /** Returns the name of a thread, or what the kernel prints for one without. */
  String name(int tid) {
    return names.getOrDefault(tid, "<...>");
  }
}
