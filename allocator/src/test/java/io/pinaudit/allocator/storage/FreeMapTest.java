package io.pinaudit.allocator.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreeMapTest {
  private static final long BLOCK = FreeMap.BLOCK_BYTES;

  @Test
  void givesOutTheWholeFile() {
    FreeMap<String> map = new FreeMap<>();
    map.extend(1000 * BLOCK);
    Region<String> all = map.allocate(1000 * BLOCK, BLOCK);
    assertEquals(0, all.offset);
    assertNull(map.allocate(BLOCK, BLOCK));
    map.free(all);
    assertEquals(new FreeRuns(1000 * BLOCK, 1, 1000 * BLOCK), map.runs());
  }

  @Test
  void measuresFragmentation() {
    FreeMap<String> map = new FreeMap<>();
    map.extend(100 * BLOCK);
    List<Region<String>> regions = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      regions.add(map.allocate(BLOCK, BLOCK));
    }
    for (int i = 0; i < 100; i += 2) {
      map.free(regions.get(i));
    }
    assertEquals(new FreeRuns(50 * BLOCK, 50, BLOCK), map.runs());
    assertNull(map.allocate(2 * BLOCK, BLOCK));
  }

  @Test
  void forgetsWhatIsFreedBeyondACut() {
    FreeMap<String> map = new FreeMap<>();
    map.extend(10 * BLOCK);
    Region<String> low = map.allocate(4 * BLOCK, BLOCK);
    Region<String> across = map.allocate(4 * BLOCK, BLOCK);
    Region<String> beyond = map.allocate(BLOCK, BLOCK);
    map.cut(6 * BLOCK);
    assertEquals(0, map.runs().bytes());
    map.free(beyond);
    assertNull(map.allocate(BLOCK, BLOCK), "beyond the cut");
    assertEquals(0, map.runs().bytes());
    map.free(across);
    assertEquals(2 * BLOCK, map.runs().bytes(), "the part below the cut");
    map.free(low);
    assertEquals(new FreeRuns(6 * BLOCK, 1, 6 * BLOCK), map.runs());
    map.extend(10 * BLOCK);
    assertEquals(new FreeRuns(10 * BLOCK, 1, 10 * BLOCK), map.runs());
  }

  @Test
  void givesOutAgainWhatWasFreedLastIfItSuits() {
    FreeMap<String> map = new FreeMap<>();
    map.extend(10 * BLOCK);
    map.allocate(BLOCK, BLOCK);
    Region<String> region = map.allocate(2 * BLOCK, BLOCK);
    map.free(region);
    assertEquals(2 * BLOCK, map.allocate(2 * BLOCK, 2 * BLOCK).offset, "aligned");
    assertEquals(BLOCK, map.allocate(BLOCK, BLOCK).offset, "of another length");
    assertEquals(new FreeRuns(6 * BLOCK, 1, 6 * BLOCK), map.runs());
  }

  /** Against a bit for each block. */
  @Test
  void agreesWithABitmap() {
    for (long seed = 1; seed <= 20; seed++) {
      compare(new Random(seed), 64 + (int) (seed * 100));
    }
  }

  private static void compare(Random random, int blocks) {
    FreeMap<String> map = new FreeMap<>();
    map.extend(blocks * BLOCK);
    BitSet used = new BitSet(blocks);
    List<Region<String>> live = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      if (random.nextInt(3) > 0 || live.isEmpty()) {
        int length = 1 + random.nextInt(random.nextInt(10) == 0 ? blocks / 3 : 5);
        int alignment = 1 << (random.nextInt(4) == 0 ? random.nextInt(6) : 0);
        Region<String> region = map.allocate(length * BLOCK, alignment * BLOCK);
        if (region == null) {
          assertEquals(-1, firstFit(used, blocks, length, alignment), "there is room");
          continue;
        }
        int at = (int) (region.offset / BLOCK);
        assertEquals(0, at % alignment);
        assertEquals(length * BLOCK, region.length);
        assertTrue(used.get(at, at + length).isEmpty(), "given out twice");
        assertTrue(at + length <= blocks);
        used.set(at, at + length);
        live.add(region);
      } else {
        Region<String> region = live.remove(random.nextInt(live.size()));
        used.clear((int) (region.offset / BLOCK), (int) (region.end() / BLOCK));
        map.free(region);
      }
      if (random.nextInt(4) == 0) {
        assertEquals((blocks - used.cardinality()) * BLOCK, map.runs().bytes());
      }
    }
    checkRuns(map, used, blocks);
    live.forEach(map::free);
    assertEquals(new FreeRuns(blocks * BLOCK, 1, blocks * BLOCK), map.runs());
    assertNotNull(map.allocate(blocks * BLOCK, BLOCK));
  }

  private static void checkRuns(FreeMap<String> map, BitSet used, int blocks) {
    long runs = 0;
    long largest = 0;
    for (int at = used.nextClearBit(0); at < blocks; ) {
      int next = used.nextSetBit(at);
      int end = next < 0 ? blocks : next;
      runs++;
      largest = Math.max(largest, (end - at) * BLOCK);
      at = used.nextClearBit(end);
    }
    assertEquals(runs, map.runs().runs(), "neighbours were not merged");
    assertEquals(largest, map.runs().largestBytes());
  }

  private static int firstFit(BitSet used, int blocks, int length, int alignment) {
    for (int at = 0; at + length <= blocks; at += alignment) {
      if (used.get(at, at + length).isEmpty()) {
        return at;
      }
    }
    return -1;
  }
}
