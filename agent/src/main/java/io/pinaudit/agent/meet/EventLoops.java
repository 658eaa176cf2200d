package io.pinaudit.agent.meet;

import io.pinaudit.agent.jdk.JdkInternals;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads that have waited at a selector: each serves many clients, who would all wait with it.
 *
 * <p>Any thread.
 */
public final class EventLoops {
  private static final int MOST = 100_000;

  // By number of the thread, which no other thread of the JVM ever has.
  private final ConcurrentHashMap<Long, Boolean> threads = new ConcurrentHashMap<>();

  EventLoops() {}

  /** The current thread is about to wait at a selector. */
  public void selecting() {
    Long number = JdkInternals.number(Thread.currentThread());
    if (!threads.containsKey(number) && threads.size() < MOST) {
      threads.put(number, true);
    }
  }

  /** Whether the current thread has done so, or there are so many that it may have. */
  boolean isOne() {
    return !threads.isEmpty()
        && (threads.size() >= MOST
            || threads.containsKey(JdkInternals.number(Thread.currentThread())));
  }
}
