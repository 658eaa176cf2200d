package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows which call each thread is in, and so attributes the kernel's events to lines of Java.
 *
 * <p>The last system call of a thread is kept after it returned, because the kernel does deferred
 * work (the last close of a file, for one) on the way back to user space.
 */
final class Calls {
  private final Map<Integer, Deque<JavaCall>> active = new HashMap<>();

  /** The system call of each thread that is in one, or whose last one let something go. */
  private final Map<Integer, Operation> syscalls = new HashMap<>();

  void started(JavaCall call) {
    active.computeIfAbsent(call.started().tid(), _ -> new ArrayDeque<>()).push(call);
  }

  @SuppressWarnings("ReferenceEquality") // comparing calls field by field takes long
  void finished(JavaCall call) {
    Integer tid = call.started().tid();
    Deque<JavaCall> calls = active.get(tid);
    if (calls != null) {
      if (calls.peek() == call) {
        calls.pop();
      } else {
        calls.removeIf(each -> each == call);
      }
      if (calls.isEmpty()) {
        active.remove(tid);
      }
    }
  }

  void entered(int tid, Operation syscall) {
    syscalls.put(tid, syscall);
  }

  void left(int tid) {
    Operation syscall = syscalls.remove(tid);
    if (syscall != null && syscall.letsGo()) {
      syscalls.put(tid, syscall);
    }
  }

  Actor actor(Stamp stamp) {
    Operation syscall = syscalls.get(stamp.tid());
    return actor(stamp, syscall == null || syscall.letsGo() ? null : syscall);
  }

  /**
   * Returns who pins a page. If a call has several buffers, each of which is told as a call of its
   * own, this is the call whose buffer the page is in.
   */
  Actor pinning(Stamp stamp, PageOwners.Owner page) {
    Actor actor = actor(stamp);
    Deque<JavaCall> calls = active.get(stamp.tid());
    return calls == null || page == null
        ? actor
        : calls.stream()
            .filter(
                call -> call.transfers(page.file().id(), page.pageOffset() * PageRange.PAGE_BYTES))
            .findFirst()
            .map(call -> new Actor(stamp.tid(), call.started().task(), call, actor.syscall()))
            .orElse(actor);
  }

  /**
   * Returns who frees blocks, which may be a thread that has just released its last use of a file.
   */
  Actor freeing(Stamp stamp) {
    return actor(stamp, syscalls.get(stamp.tid()));
  }

  private Actor actor(Stamp stamp, Operation syscall) {
    Deque<JavaCall> calls = active.get(stamp.tid());
    JavaCall call = calls == null ? null : calls.peek();
    String task = call == null ? stamp.task() : call.started().task();
    return new Actor(stamp.tid(), task, call, syscall);
  }
}
