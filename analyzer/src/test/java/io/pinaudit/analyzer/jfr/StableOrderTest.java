package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The JDK's stable sort of objects is the reference. */
class StableOrderTest {
  @Test
  void sortsWhatNeedsNoMerge() {
    assertSorted();
    assertSorted(7);
    assertSorted(1, 2, 2, 3);
  }

  @Test
  void mergesDescendingKeysOneByOne() {
    assertSorted(5, 4, 3, 2, 1);
    assertSorted(Long.MAX_VALUE, 0, Long.MIN_VALUE, 0);
  }

  @Test
  void keepsTheOrderOfEqualKeys() {
    assertSorted(3, 1, 3, 1, 3, 1, 2, 2);
  }

  @Test
  void mergesAnyNumberOfParts() {
    Random random = new Random(5);
    for (int size = 0; size < 300; size++) {
      int length = 1 + random.nextInt(40);
      assertSorted(
          IntStream.range(0, size).mapToLong(i -> i % length + random.nextInt(3)).toArray());
    }
  }

  private static void assertSorted(long... keys) {
    int[] expected =
        IntStream.range(0, keys.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> keys[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    assertArrayEquals(expected, StableOrder.of(keys, keys.length));
  }
}
