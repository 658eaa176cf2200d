package io.pinaudit.allocator.hold;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Tries something that cannot be done while a call uses the memory, again and again until it is
 * done, at first after ten milliseconds and then less and less often, once a second at least.
 */
public final class Retry implements Runnable {
  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final BooleanSupplier attempt;
  private Duration pause = FIRST;

  private Retry(BooleanSupplier attempt) {
    this.attempt = attempt;
  }

  /** Tries now, and on a thread of the JDK's later. */
  public static void untilDone(BooleanSupplier attempt) {
    new Retry(attempt).run();
  }

  @Override
  public void run() {
    if (!attempt.getAsBoolean()) {
      Later.run(pause, this);
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
  }
}
