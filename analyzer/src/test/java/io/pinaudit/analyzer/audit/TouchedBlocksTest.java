package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.PageRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class TouchedBlocksTest {
  private final TouchedBlocks touched = new TouchedBlocks();

  private List<Integer> flags(int most) {
    return touched.cells(most).stream().map(TouchedBlocks.Cell::flags).toList();
  }

  @Test
  void knowsFewBlocksExactly() {
    touched.add(new PageRange(1_000_003, 2), TouchedBlocks.FREED);
    touched.add(new PageRange(1_000_004, 1), TouchedBlocks.PINNED);
    touched.add(new PageRange(1_000_001, 1), TouchedBlocks.ALLOCATED);
    assertEquals(List.of(1, 0, 2, 6), flags(100));
    assertEquals(new PageRange(1_000_001, 1), touched.cells(100).getFirst().blocks());
    assertEquals(List.of(1, 6), flags(2));
  }

  @Test
  void getsCoarserInsteadOfLarger() {
    touched.add(new PageRange(5, 1), TouchedBlocks.PINNED);
    touched.add(new PageRange(3_000_000_000L, 7), TouchedBlocks.FREED);
    touched.add(new PageRange(4_000_000_000L, 1), TouchedBlocks.ALLOCATED);
    List<TouchedBlocks.Cell> cells = touched.cells(1024);
    assertTrue(cells.size() <= 1024, cells.size() + " cells");
    assertEquals(TouchedBlocks.PINNED, cells.getFirst().flags());
    assertEquals(TouchedBlocks.ALLOCATED, cells.getLast().flags());
    assertEquals(1, cells.stream().filter(cell -> cell.flags() == TouchedBlocks.FREED).count());
  }

  @Test
  void takesWhatADamagedTraceTells() {
    touched.add(new PageRange(Long.MAX_VALUE - 3, 3), TouchedBlocks.FREED);
    touched.add(new PageRange(-5, 2), TouchedBlocks.PINNED);
    touched.add(new PageRange(0, Long.MAX_VALUE), TouchedBlocks.ALLOCATED);
    assertTrue(flags(64).stream().allMatch(flags -> (flags & TouchedBlocks.ALLOCATED) != 0));
  }
}
