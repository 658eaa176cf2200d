package io.pinaudit.allocator.hold;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs actions that are put off, on a thread of the JDK. */
public final class Later {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Later() {}

  /** Runs an action after a delay, on a thread of the common pool. */
  public static void run(Duration delay, Runnable action) {
    CompletableFuture.delayedExecutor(nanos(delay), TimeUnit.NANOSECONDS).execute(action);
  }

  /** Returns a duration in nanoseconds, at most a hundred years: a long has room for no more. */
  public static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
  }
}
