package io.pinaudit.allocator.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Against a tree map. */
class BlockMapTest {
  @Test
  void holdsWhatATreeMapHolds() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      BlockMap<String> map = new BlockMap<>();
      TreeMap<Long, String> expected = new TreeMap<>();
      for (int i = 0; i < 2_000; i++) {
        long block = random.nextLong(1L << random.nextInt(1, 49));
        if (random.nextInt(3) > 0) {
          assertEquals(expected.put(block, "v" + i), map.put(block, "v" + i));
        } else {
          Long there = expected.ceilingKey(block);
          long removed = there == null || random.nextBoolean() ? block : there;
          assertEquals(expected.remove(removed), map.remove(removed));
        }
        long asked = random.nextLong(1L << random.nextInt(1, 49));
        assertEquals(expected.get(asked), map.get(asked));
        Map.Entry<Long, String> next = expected.ceilingEntry(asked);
        assertEquals(next == null ? null : next.getValue(), map.atOrAfter(asked));
        assertEquals(expected.size(), map.size());
      }
      List<String> all = new ArrayList<>();
      map.forEach(all::add);
      assertEquals(List.copyOf(expected.values()), all);
    }
  }

  @Test
  void seesNeighbours() {
    BlockMap<String> map = new BlockMap<>();
    map.put(63, "63");
    map.put(64, "64");
    map.put(1L << 47, "far");
    assertEquals("63", map.atOrAfter(0));
    assertEquals("64", map.atOrAfter(64));
    assertEquals("far", map.atOrAfter(65));
    assertEquals(null, map.atOrAfter((1L << 47) + 1));
    map.remove(64);
    assertEquals("far", map.atOrAfter(64));
    assertEquals("63", map.get(63));
  }
}
