package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackTest {
  private static final long MEBI = 1 << 20;

  @Test
  void leavesLargeOnesAloneAndPacksSmallOnes() {
    List<Long> items =
        IntStream.range(0, 1_000).mapToObj(i -> i < 2 ? 20 * MEBI : MEBI / 4).toList();
    List<Pack<Long>> packs = Pack.of(items, bytes -> bytes, 2);
    assertEquals(1, packs.get(0).items().size());
    assertEquals(1, packs.get(1).items().size());
    assertEquals(32, packs.get(2).items().size());
    assertEquals(items, packs.stream().flatMap(pack -> pack.items().stream()).toList());
  }

  @Test
  void sharesFewItemsAmongAllProcessors() {
    List<Integer> items = IntStream.range(0, 40).boxed().toList();
    assertTrue(Pack.of(items, _ -> 1, 4).size() >= 16);
    assertEquals(3, Pack.of(List.of(1, 2, 3), _ -> 1, 64).size());
    assertEquals(List.of(), Pack.of(List.of(), _ -> 1, 64));
  }

  @Test
  void takesAPackApart() {
    assertEquals(
        List.of(List.of(1), List.of(2)),
        new Pack<>(List.of(1, 2)).singles().stream().map(Pack::items).toList());
  }
}
