package io.pinaudit.allocator;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What went wrong in any thread of a stress run. Where pins are ignored memory goes away under its
 * users, so errors are to be expected there.
 */
record StressFailures(boolean expected, Queue<Throwable> all) {
  StressFailures(boolean expected) {
    this(expected, new ConcurrentLinkedQueue<>());
  }

  void add(Throwable failure) {
    if (!expected) {
      all.add(failure);
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }
}
