package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FlushTimeTest {
  private static final long SECOND = 1_000_000_000;
  private static final long HOUR = 3_600 * SECOND;

  private final FlushTime time = new FlushTime(100 * SECOND);

  /** A flush of 0.2 s ago is seen. */
  private long flush(long number, long now, long jump) {
    time.look(number - 1, now - SECOND + jump, now - SECOND / 10);
    time.look(number, now - SECOND / 5 + jump, now);
    return now - time.untilNanos();
  }

  @Test
  void isWhatTheJvmSays() {
    assertEquals(100 * SECOND, time.untilNanos());
    assertEquals(SECOND / 5, flush(1, 101 * SECOND, 0));
    assertEquals(SECOND / 5, flush(2, 102 * SECOND, 0));
    time.look(2, 102 * SECOND - SECOND / 5, 105 * SECOND);
    assertEquals(102 * SECOND - SECOND / 5, time.untilNanos(), "no flush was seen since");
  }

  @Test
  void isWhenTheFlushWasSeenIfTheCalendarJumps() {
    flush(1, 101 * SECOND, 0);
    long late = SECOND / 10 + FlushTime.LONGEST_NANOS;
    assertEquals(late, flush(2, 102 * SECOND, HOUR));
    assertEquals(late, flush(3, 103 * SECOND, -HOUR));
    assertEquals(SECOND / 5, flush(4, 104 * SECOND, 0));
  }

  @Test
  void neverGoesBack() {
    flush(1, 101 * SECOND, 0);
    long before = time.untilNanos();
    time.look(2, 0, 101 * SECOND + SECOND / 10);
    assertEquals(before, time.untilNanos());
  }

  /** What is read first may have been written long ago. */
  @Test
  void isOldIfTheFirstFlushIs() {
    assertEquals(50 * SECOND, first(50 * SECOND));
  }

  private long first(long said) {
    time.look(1, said, 101 * SECOND);
    return time.untilNanos();
  }
}
