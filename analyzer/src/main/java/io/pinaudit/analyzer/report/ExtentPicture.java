package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.rule.Finding;
import io.pinaudit.analyzer.rule.Step;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws the extents of an instance under one another: what was pinned, freed and given away. */
final class ExtentPicture {
  private static final int WIDTH = 48;

  private final long first;
  private final long count;

  private ExtentPicture(long first, long last) {
    this.first = first;
    this.count = last - first + 1;
  }

  /** The lines of the picture, from the neighbourhood of the pinned blocks. */
  static List<String> of(Finding.Instance instance) {
    List<PageRange> pinned = instance.place().blocks();
    if (pinned.isEmpty()) {
      return List.of();
    }
    long low = pinned.getFirst().first();
    long high = pinned.getLast().last();
    long margin = Math.max(1, (high - low + 1) / 4);
    ExtentPicture picture = new ExtentPicture(Math.max(0, low - margin), high + margin);
    List<String> lines = new ArrayList<>();
    lines.add(
        "  blocks    %-10d%s%d"
            .formatted(picture.first, " ".repeat(WIDTH - 20), picture.first + picture.count - 1));
    lines.add("  pinned    " + picture.bar(pinned, '#'));
    picture
        .bar(instance.step(Step.Role.FREED), 'f')
        .ifPresent(bar -> lines.add("  freed     " + bar));
    picture
        .bar(instance.step(Step.Role.REUSED), 'R')
        .ifPresent(bar -> lines.add("  reused    " + bar));
    return lines;
  }

  private Optional<String> bar(Optional<Step> step, char mark) {
    return step.map(Step::place).map(place -> bar(place.blocks(), mark));
  }

  /** A cell is marked if any of its blocks lies in one of the ranges. */
  private String bar(List<PageRange> ranges, char mark) {
    StringBuilder bar = new StringBuilder("|");
    long cells = Math.min(WIDTH, count);
    for (long cell = 0; cell < cells; cell++) {
      long from = first + cell * count / cells;
      long to = first + (cell + 1) * count / cells;
      boolean hit = ranges.stream().anyMatch(range -> range.first() < to && from < range.end());
      bar.append(hit ? mark : '.');
    }
    return bar.append('|').toString();
  }
}
