package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.List;

/**
 * Who did something, as far as it is known.
 *
 * @param tid kernel thread id
 * @param task name of the thread
 * @param call the hooked call it was done for; null if there was none on this thread
 * @param syscall the system call it was done in or right after; null if none was seen
 * @param process whose thread it is; null if that was not asked for
 */
public record Actor(int tid, String task, JavaCall call, Operation syscall, ProcessRef process) {
  /** Nobody who was seen. */
  public static final Actor UNSEEN = new Actor(0, "", null, null);

  /** Of a thread whose process is of no interest. */
  public Actor(int tid, String task, JavaCall call, Operation syscall) {
    this(tid, task, call, syscall, null);
  }

  /** What tells two actors apart when findings are grouped: their stacks, or their system calls. */
  public record Site(String operation, List<Frame> stack) {}

  /** The site of this actor; for an unknown one, the name of its task. */
  public Site site() {
    if (call != null) {
      return new Site(call.operation().name(), call.stack());
    }
    return process == null
        ? new Site(syscall == null ? task : syscall.name(), List.of())
        : new Site(process.name(), List.of());
  }

  /** The thread that made a call. */
  public static Actor of(JavaCall call) {
    return new Actor(call.started().tid(), call.started().task(), call, null);
  }

  /** A thread that was seen at a moment, in no call. */
  public static Actor of(Stamp stamp) {
    return new Actor(stamp.tid(), stamp.task(), null, null);
  }

  /** What it does; {@link Operation#NONE} if that is not known. */
  public Operation does() {
    return call != null ? call.operation() : syscall == null ? Operation.NONE : syscall;
  }

  /** The operation in a programmer's words, or that its origin is unknown. */
  public String operation() {
    if (call != null) {
      return call.operation().name();
    }
    return syscall == null ? "unknown origin" : syscall.name() + "(2)";
  }
}
