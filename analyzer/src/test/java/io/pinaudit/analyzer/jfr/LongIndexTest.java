package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongIndexTest {
  @Test
  void numbersKeysInTheOrderInWhichTheyCome() {
    LongIndex index = new LongIndex();
    Set<Long> keys = new LinkedHashSet<>(List.of(0L, -1L, Long.MIN_VALUE, 1L << 32, 1L));
    new Random(3).longs(1_000).forEach(keys::add);
    for (long i = 0; i < 1_000; i++) {
      keys.add(i << 33); // which differ in high bits alone
    }
    int next = 0;
    for (long key : keys) {
      assertEquals(LongIndex.ABSENT, index.find(key));
      assertEquals(next, index.add(key));
      assertEquals(next, index.add(key), "once more");
      next++;
    }
    int number = 0;
    for (long key : keys) {
      assertEquals(number++, index.find(key));
    }
    assertEquals(keys.size(), index.size());
    assertEquals(LongIndex.ABSENT, index.find(-2));
  }
}
