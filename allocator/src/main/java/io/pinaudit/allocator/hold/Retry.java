package io.pinaudit.allocator.hold;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Tries an action that fails while a call uses the memory, until it succeeds. The first pause is
 * ten milliseconds; each further one is twice as long, up to a second.
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
