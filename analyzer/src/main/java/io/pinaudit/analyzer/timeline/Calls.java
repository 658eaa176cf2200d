package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Knows which call each thread is in, and so attributes the kernel's events to lines of Java.
 *
 * <p>The last system call of a thread is kept after it returned, because the kernel does deferred
 * work (the last close of a file, for one) on the way back to user space.
 */
final class Calls {
  private static final int FEW = 2;
  private static final int FEW_THREADS = 1 << 10;

  /**
   * A call that has begun.
   *
   * @param hold what ends with the call; null if nothing does
   * @param held what the JVMs held when it began, of what the call may take away
   */
  record Open(JavaCall call, Hold hold, List<Hold> held) {}

  /** The open calls of each thread, the innermost first; of a few threads none. */
  private final Map<Integer, Deque<Open>> active = new HashMap<>();

  private int mostThreads = FEW_THREADS;

  /** The system call of each thread that is in one, or whose last one let something go. */
  private final Map<Integer, Operation> syscalls = new HashMap<>();

  void started(Open call) {
    active.computeIfAbsent(call.call.started().tid(), _ -> new ArrayDeque<>(FEW)).push(call);
    if (active.size() > mostThreads) {
      active.values().removeIf(Deque::isEmpty);
      mostThreads = Math.max(FEW_THREADS, 2 * active.size());
    }
  }

  /** Ends a call; returns it as it was begun. */
  @SuppressWarnings("ReferenceEquality") // comparing calls field by field takes long
  Open finished(JavaCall call) {
    Iterator<Open> calls = active.get(call.started().tid()).iterator();
    while (calls.hasNext()) {
      Open open = calls.next();
      if (open.call == call) {
        calls.remove();
        return open;
      }
    }
    throw new IllegalStateException(call + " has ended, but has not begun");
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
    Deque<Open> calls = active.get(stamp.tid());
    return calls == null || page == null
        ? actor
        : calls.stream()
            .map(Open::call)
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
    Deque<Open> calls = active.get(stamp.tid());
    JavaCall call = calls == null || calls.isEmpty() ? null : calls.peek().call;
    String task = call == null ? stamp.task() : call.started().task();
    return new Actor(stamp.tid(), task, call, syscall);
  }
}
