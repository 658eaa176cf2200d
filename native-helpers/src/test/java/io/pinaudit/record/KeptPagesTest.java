package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeptPagesTest {
  private static long[] after(Retention retention, int seconds) {
    KeptPages kept = new KeptPages(retention, 2);
    for (int second = 1; second <= seconds; second++) {
      kept.flushed(second * 1_000L, new long[] {second * 4_096L, second * 8_192L});
    }
    return new long[] {kept.dropped(0), kept.dropped(1)};
  }

  private static void assertDropped(long first, long second, long[] dropped) {
    assertEquals(first, dropped[0]);
    assertEquals(second, dropped[1]);
  }

  @Test
  void keepsAllThatIsYoungEnough() {
    assertDropped(0, 0, after(new Retention(9_000, Long.MAX_VALUE), 10));
    assertDropped(4_096, 8_192, after(new Retention(9_000, Long.MAX_VALUE), 11));
    assertDropped(91 * 4_096, 91 * 8_192, after(new Retention(8_500, Long.MAX_VALUE), 100));
  }

  @Test
  void keepsNoMoreBytesThanThereMayBe() {
    assertDropped(0, 0, after(new Retention(Long.MAX_VALUE, 10 * 12_288), 10));
    assertDropped(4_096, 8_192, after(new Retention(Long.MAX_VALUE, 10 * 12_288), 11));
  }

  @Test
  void keepsTheLastPieceHoweverLargeItIs() {
    assertDropped(9 * 4_096, 9 * 8_192, after(new Retention(1, 1), 10));
  }

  @Test
  void remembersFewPiecesHoweverOftenIsFlushed() {
    KeptPages kept = new KeptPages(new Retention(1_000_000, Long.MAX_VALUE), 1);
    for (int flush = 1; flush <= 20_000; flush++) {
      kept.flushed(flush * 100L, new long[] {flush * 4_096L});
    }
    assertTrue(kept.pieces() <= 1_002, kept.pieces() + " pieces");
    assertTrue(kept.dropped(0) < 10_000 * 4_096L, "no younger page");
    assertTrue(kept.dropped(0) > 9_985 * 4_096L, "nor an older one");

    KeptPages idle = new KeptPages(new Retention(1_000_000, 1 << 20), 1);
    for (int flush = 1; flush <= 1_000; flush++) {
      idle.flushed(flush * 10_000L, new long[] {4_096});
    }
    assertEquals(1, idle.pieces());
  }

  @Test
  void keepsEverythingWithoutBounds() {
    assertDropped(0, 0, after(Retention.ALL, 100));
  }
}
