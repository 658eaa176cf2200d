package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  void keepsEverythingWithoutBounds() {
    assertDropped(0, 0, after(Retention.ALL, 100));
  }
}
