package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Draws the extents of an instance one below the other: the blocks that were pinned, freed and
 * given to another file.
 *
 * @param first the leftmost block shown
 * @param count how many blocks are shown
 * @param width of the picture in cells, each for one block or more
 */
record ExtentPicture(long first, long count, int width) {
  private static final int TEXT_WIDTH = 48;

  /**
   * A number larger than that of any device's last block: a damaged trace may tell of any block.
   */
  private static final long MOST_BLOCKS = 1L << 50;

  /** A labelled line of the picture as text. */
  record Row(String label, String text) {}

  /**
   * A band of the picture.
   *
   * @param label what was done to the blocks
   * @param mark the letter that stands for the act
   * @param cells the cells that hold one of the blocks
   */
  record Band(String label, char mark, BitSet cells) {}

  /**
   * Returns a picture of the blocks around the pinned ones, of which there must be at least one.
   */
  static ExtentPicture around(List<PageRange> pinned, int width) {
    long low = pinned.getFirst().first();
    long high = pinned.getLast().last();
    long margin = Math.max(1, (high - low + 1) / 4);
    long first = Math.max(0, low - margin);
    long count = Math.min(high - first, MOST_BLOCKS) + Math.min(margin, MOST_BLOCKS) + 1;
    return new ExtentPicture(first, count, (int) Math.min(width, count));
  }

  /** Returns the lines of the picture as text; none if no block is known. */
  static List<Row> of(Finding.Instance instance) {
    List<PageRange> pinned = instance.place().blocks();
    if (pinned.isEmpty()) {
      return List.of();
    }
    ExtentPicture picture = around(pinned, TEXT_WIDTH);
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("blocks", picture.ends()));
    picture.bands(instance).forEach(band -> rows.add(new Row(band.label(), picture.bar(band))));
    return rows;
  }

  /**
   * Returns the numbers of the first and the last block, each above its end of the bars if these
   * are long enough.
   */
  private String ends() {
    String from = String.valueOf(first);
    String to = String.valueOf(last());
    int between = width + 2 - from.length() - to.length();
    return between < 2 ? from + " to " + to : from + " ".repeat(between) + to;
  }

  /** Returns the rightmost block of the picture. */
  long last() {
    return first + count - 1;
  }

  /** Returns the bands of the picture from top to bottom. */
  List<Band> bands(Finding.Instance instance) {
    List<Band> bands = new ArrayList<>();
    bands.add(band("pinned", '#', instance.place().blocks()));
    instance
        .step(Step.Role.FREED)
        .ifPresent(step -> bands.add(band("freed", 'f', step.place().blocks())));
    instance
        .step(Step.Role.REUSED)
        .ifPresent(step -> bands.add(band("reused", 'R', step.place().blocks())));
    return bands;
  }

  private Band band(String label, char mark, List<PageRange> ranges) {
    BitSet cells = new BitSet(width);
    for (PageRange range : ranges) {
      long from = Math.max(0, range.first() - first);
      long to = Math.min(count, range.end() - first);
      if (from < to) {
        // Cell c shows the blocks from c * count / width to the next cell's first.
        cells.set((int) cell(from), (int) cell(to - 1) + 1);
      }
    }
    return new Band(label, mark, cells);
  }

  private long cell(long block) {
    return ((block + 1) * width - 1) / count;
  }

  private String bar(Band band) {
    StringBuilder bar = new StringBuilder("|");
    for (int cell = 0; cell < width; cell++) {
      bar.append(band.cells().get(cell) ? band.mark() : '.');
    }
    return bar.append('|').toString();
  }
}
