package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Notices that both sides are not on one clock: a trace recorded with {@code local} or {@code boot}
 * time, for example. A system call that hooked calls are made for then never lies within one.
 */
final class Clocks {
  /** System calls that a thread of an audited JVM seldom makes but in a hooked call. */
  private static final Set<String> HOOKED = Set.of("ftruncate", "vmsplice", "fallocate", "unlink");

  /**
   * Hooked calls that make one of them for sure. A thread without is not judged: the JVM's main
   * thread truncates and unlinks the JVM's own files, {@code FileChannel.open} may empty a file.
   */
  private static final Set<String> MAKING =
      Set.of(
          "FileChannel.truncate",
          "RandomAccessFile.setLength",
          "ftruncate",
          "fallocate",
          "Files.delete",
          "File.delete",
          "unlink",
          "vmsplice");

  private static final int ENOUGH = 3;

  private final Set<Integer> threads = new HashSet<>();
  private final Map<Integer, Long> outside = new HashMap<>();
  private long within;

  /** A hooked call of the JVM begins. */
  void called(JavaCall call) {
    if (MAKING.contains(call.operation())) {
      threads.add(call.started().tid());
    }
  }

  /** A system call begins, and this is who makes it. */
  void entered(String syscall, Actor actor) {
    if (HOOKED.contains(syscall)) {
      if (actor.call() != null) {
        within++;
      } else {
        outside.merge(actor.tid(), 1L, Long::sum);
      }
    }
  }

  /** Whether the two sides cannot be on one clock. */
  boolean differ() {
    long ofJvm = threads.stream().mapToLong(tid -> outside.getOrDefault(tid, 0L)).sum();
    return within == 0 && ofJvm >= ENOUGH;
  }
}
