package io.pinaudit.agent.meet;

import io.pinaudit.agent.jdk.JdkInternals;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads that have waited at a selector. Each of them serves many clients, and all clients
 * would wait if the thread were held.
 *
 * <p>Safe for any thread.
 */
public final class EventLoops {
  private static final int MOST = 100_000;

  // By number of the thread, which no other thread of the JVM ever has.
  private final ConcurrentHashMap<Long, Boolean> threads = new ConcurrentHashMap<>();

  EventLoops() {}

  /** Notes that the current thread is about to wait at a selector. */
  public void selecting() {
    Long number = JdkInternals.number(Thread.currentThread());
    if (!threads.containsKey(number) && threads.size() < MOST) {
      threads.put(number, true);
    }
  }

  /**
   * Returns whether the current thread has waited at a selector, or may have because too many
   * threads have.
   */
  boolean isOne() {
    return !threads.isEmpty()
        && (threads.size() >= MOST
            || threads.containsKey(JdkInternals.number(Thread.currentThread())));
  }
}
