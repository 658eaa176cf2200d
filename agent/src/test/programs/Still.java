import java.util.stream.Stream;

/** Knows when a thread stands still: held by the guard, or after that. */
final class Still {
  private Still() {}

  /** Waits, without standing still itself, until a thread does. */
  static void await(Thread thread) {
    while (thread.getState() == Thread.State.NEW || thread.isAlive() && !isParked(thread)) {
      Thread.yield();
    }
  }

  /** Not while it loads a class, for instance. */
  private static boolean isParked(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().matches("park|parkNanos|join"));
  }
}
