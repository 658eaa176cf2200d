package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.List;

/**
 * The thread that did something, and the call that it was in, as far as they are known.
 *
 * @param tid kernel thread id
 * @param task name of the thread
 * @param call the hooked call that the thread was in; null if there was none
 * @param syscall the system call that the thread was in or had just left; null if none was seen
 * @param process the process that the thread belongs to; null if nobody asked for it
 */
public record Actor(int tid, String task, JavaCall call, Operation syscall, ProcessRef process) {
  /** An actor of which nothing was seen. */
  public static final Actor UNSEEN = new Actor(0, "", null, null);

  /** Makes an actor whose process is of no interest. */
  public Actor(int tid, String task, JavaCall call, Operation syscall) {
    this(tid, task, call, syscall, null);
  }

  /**
   * The place in a program by which findings are grouped: a stack, or a system call where there is
   * no stack.
   */
  public record Site(String operation, List<Frame> stack) {}

  /** Returns the site of this actor; for an unknown site, one with the name of the actor's task. */
  public Site site() {
    if (call != null) {
      return new Site(call.operation().name(), call.stack());
    }
    return process == null
        ? new Site(syscall == null ? task : syscall.name(), List.of())
        : new Site(process.name(), List.of());
  }

  /** Returns the thread that made a call, in that call. */
  public static Actor of(JavaCall call) {
    return new Actor(call.started().tid(), call.started().task(), call, null);
  }

  /** Returns the thread of a stamp, in no call. */
  public static Actor of(Stamp stamp) {
    return new Actor(stamp.tid(), stamp.task(), null, null);
  }

  /** Returns what the actor does; {@link Operation#NONE} if that is not known. */
  public Operation does() {
    return call != null ? call.operation() : syscall == null ? Operation.NONE : syscall;
  }

  /** Returns the operation in a programmer's words, or that its origin is unknown. */
  public String operation() {
    if (call != null) {
      return call.operation().name();
    }
    return syscall == null ? "unknown origin" : syscall.name() + "(2)";
  }
}
