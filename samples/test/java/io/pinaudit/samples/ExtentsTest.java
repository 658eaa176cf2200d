package io.pinaudit.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.samples.Extents.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtentsTest {
  private static final Extents FREED =
      new Extents(List.of(new Extent(1807, 1823), new Extent(40, 41)));

  @Test
  void countsBlocksOfAllRuns() {
    assertEquals(17, FREED.blocks());
    assertEquals(17 * 4096, FREED.lengthBytes());
  }

  @Test
  void countsSharedBlocksOnce() {
    Extents taken =
        new Extents(List.of(new Extent(1800, 1810), new Extent(1820, 2000), new Extent(41, 42)));
    assertEquals(6, FREED.overlapWith(taken));
    assertEquals(6, taken.overlapWith(FREED));
  }

  @Test
  void slicesByPagesOfTheFile() {
    assertEquals("1811-1814", FREED.slice(4, 4).toString());
    assertEquals("1822-1822, 40-40", FREED.slice(15, 9).toString());
    assertEquals(0, FREED.slice(17, 3).blocks());
  }

  @Test
  void namesFirstAndLastBlock() {
    assertEquals("1807-1822, 40-40", FREED.toString());
    assertEquals("unknown", new Extents(List.of()).toString());
  }
}
