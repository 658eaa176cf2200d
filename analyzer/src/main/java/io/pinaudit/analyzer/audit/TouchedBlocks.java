package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.trace.PageRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to the blocks of one device, in a fixed amount of memory: the further apart the
 * blocks are, the more of them share one cell. Confined to one thread.
 */
public final class TouchedBlocks {
  /** The flag of blocks that were given to a file. */
  public static final int ALLOCATED = 1;

  /** The flag of blocks that went back to the file system. */
  public static final int FREED = 2;

  /** The flag of blocks that were pinned. */
  public static final int PINNED = 4;

  private static final int CELLS = 4096;

  /**
   * A number larger than that of any device's last block: a damaged trace may tell of any block.
   */
  private static final long LAST_BLOCK = 1L << 50;

  /** Of cell i: what was done to any of the blocks from (base + i) << shift to the next cell's. */
  private byte[] flags = new byte[CELLS];

  private int shift;
  private long base;
  private long low = Long.MAX_VALUE;
  private long high = -1;

  /**
   * Neighbouring blocks and what was done to any of them.
   *
   * @param flags {@link #ALLOCATED}, {@link #FREED} and {@link #PINNED}, added up; may be 0
   */
  public record Cell(PageRange blocks, int flags) {}

  void add(PageRange blocks, int flag) {
    long first = Math.clamp(blocks.first(), 0, LAST_BLOCK);
    long last = Math.clamp(blocks.last(), first, LAST_BLOCK);
    if (first < low || last > high) {
      low = Math.min(low, first);
      high = Math.max(high, last);
      fit();
    }
    for (long cell = first >> shift; cell <= last >> shift; cell++) {
      flags[(int) (cell - base)] |= (byte) flag;
    }
  }

  /** Leaves room on both sides, so that it is not done for every new block. */
  private void fit() {
    if (low >> shift >= base && high >> shift < base + CELLS) {
      return;
    }
    int coarser = shift;
    while ((high >> coarser) - (low >> coarser) >= CELLS / 2) {
      coarser++;
    }
    long left = Math.max(0, (low >> coarser) - CELLS / 4);
    byte[] moved = new byte[CELLS];
    for (int i = 0; i < CELLS; i++) {
      if (flags[i] != 0) {
        moved[(int) ((((base + i) << shift) >> coarser) - left)] |= flags[i];
      }
    }
    flags = moved;
    shift = coarser;
    base = left;
  }

  /**
   * Returns the touched part of the device from end to end, in at most the given number of cells of
   * equal size.
   */
  public List<Cell> cells(int most) {
    List<Cell> cells = new ArrayList<>();
    if (high < 0) {
      return cells;
    }
    long first = low >> shift;
    long count = (high >> shift) - first + 1;
    long step = (count + most - 1) / most;
    for (long from = first; from < first + count; from += step) {
      cells.add(new Cell(new PageRange(from << shift, step << shift), any(from, step)));
    }
    return cells;
  }

  private int any(long from, long count) {
    int all = 0;
    for (long cell = from; cell < from + count && cell < base + CELLS; cell++) {
      all |= flags[(int) (cell - base)];
    }
    return all;
  }
}
