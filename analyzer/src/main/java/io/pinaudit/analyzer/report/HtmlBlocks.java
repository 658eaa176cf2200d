package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.TouchedBlocks;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.DeviceNumber;
import java.util.ArrayList;
import java.util.List;

/**
 * A map of the blocks of each device: which were given to files, pinned, freed, and in danger. Its
 * size does not grow with the run.
 */
final class HtmlBlocks {
  private static final int COLUMNS = 64;
  private static final int ROWS = 16;
  private static final int CELL = 10;

  private final Audit audit;
  private final List<Judged> findings;
  private final String id;
  private final Markup html;

  /**
   * Makes the map.
   *
   * @param id prefix of the ids of this run's elements
   */
  HtmlBlocks(Audit audit, List<Judged> findings, String id, Markup html) {
    this.audit = audit;
    this.findings = findings;
    this.id = id;
    this.html = html;
  }

  /** The states of a cell; a cell shows the worst of those of its blocks. */
  private enum State {
    FREE("untouched"),
    ALLOCATED("given to a file"),
    FREED("freed"),
    PINNED("pinned"),
    DANGER("in a finding");

    private final String words;

    State(String words) {
      this.words = words;
    }
  }

  /** Neighbouring cells of a row that are in one state. */
  private record Stretch(State state, int row, int column, int width, PageRange blocks) {}

  void write() {
    if (audit.activity().devices().isEmpty()) {
      return;
    }
    html.open("section", "class", "card", "aria-labelledby", HtmlRun.labelledBy(id, "blocks"));
    html.element("h2", "Blocks", "id", id + "blocks");
    audit.activity().devices().forEach(this::device);
    legend();
    html.close();
  }

  private void device(DeviceNumber number, TouchedBlocks touched) {
    List<TouchedBlocks.Cell> cells = touched.cells(COLUMNS * ROWS);
    if (cells.isEmpty()) {
      return;
    }
    PageRange first = cells.getFirst().blocks();
    String name = audit.ledgers().blocks().name(number) + " (" + number + ")";
    String label =
        "%s, blocks %,d to %,d, %,d to a square"
            .formatted(name, first.first(), cells.getLast().blocks().last(), first.count());
    html.element("p", label, "class", "lane");
    int rows = (cells.size() + COLUMNS - 1) / COLUMNS;
    html.open("svg", "class", "map", "role", "img", "aria-label", "Map of " + label);
    html.attribute("viewBox", "0 0 %d %d".formatted(COLUMNS * CELL, rows * CELL));
    stretches(cells, endangered(number)).forEach(this::draw);
    html.open("path", "class", "grid", "d", grid(rows)).close();
    html.close();
  }

  /** Lines between the squares. */
  private static String grid(int rows) {
    StringBuilder lines = new StringBuilder();
    for (int column = 1; column < COLUMNS; column++) {
      lines.append("M%d 0V%d".formatted(column * CELL, rows * CELL));
    }
    for (int row = 1; row < rows; row++) {
      lines.append("M0 %dH%d".formatted(row * CELL, COLUMNS * CELL));
    }
    return lines.toString();
  }

  private List<PageRange> endangered(DeviceNumber device) {
    List<PageRange> blocks = new ArrayList<>();
    for (Judged judged : findings) {
      if (tellsOfBlocks(judged.finding().hazard())) {
        judged.finding().instances().stream()
            .map(Finding.Instance::place)
            .filter(place -> place.file() != null && place.file().id() != null)
            .filter(place -> place.file().id().device().equals(device))
            .forEach(place -> blocks.addAll(place.blocks()));
      }
    }
    return blocks;
  }

  private static boolean tellsOfBlocks(Hazard hazard) {
    return hazard == Hazard.FREED_WHILE_PINNED || hazard == Hazard.REUSED_WHILE_PINNED;
  }

  private static List<Stretch> stretches(List<TouchedBlocks.Cell> cells, List<PageRange> danger) {
    boolean[] dangerous = dangerous(cells, danger);
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      State state = dangerous[i] ? State.DANGER : state(cells.get(i).flags());
      Stretch before = stretches.isEmpty() ? null : stretches.getLast();
      PageRange blocks = cells.get(i).blocks();
      if (before != null && before.state == state && before.row == i / COLUMNS) {
        PageRange longer =
            new PageRange(before.blocks.first(), before.blocks.count() + blocks.count());
        stretches.set(
            stretches.size() - 1,
            new Stretch(state, before.row, before.column, before.width + 1, longer));
      } else {
        stretches.add(new Stretch(state, i / COLUMNS, i % COLUMNS, 1, blocks));
      }
    }
    return stretches;
  }

  /**
   * Returns which cells hold a block in danger. All cells are of one size, and follow one another.
   */
  private static boolean[] dangerous(List<TouchedBlocks.Cell> cells, List<PageRange> danger) {
    boolean[] dangerous = new boolean[cells.size()];
    PageRange first = cells.getFirst().blocks();
    for (PageRange blocks : danger) {
      long from = Math.max(0, (blocks.first() - first.first()) / first.count());
      long to = Math.min(cells.size() - 1, (blocks.last() - first.first()) / first.count());
      for (long i = from; i <= to; i++) {
        dangerous[(int) i] = true;
      }
    }
    return dangerous;
  }

  private static State state(int flags) {
    if ((flags & TouchedBlocks.PINNED) != 0) {
      return State.PINNED;
    }
    if ((flags & TouchedBlocks.FREED) != 0) {
      return State.FREED;
    }
    return (flags & TouchedBlocks.ALLOCATED) != 0 ? State.ALLOCATED : State.FREE;
  }

  private void draw(Stretch stretch) {
    if (stretch.state != State.FREE) {
      html.open("rect", "class", name(stretch.state), "x", "" + stretch.column * CELL);
      html.attribute("y", "" + stretch.row * CELL).attribute("height", "" + CELL);
      html.attribute("width", "" + stretch.width * CELL);
      html.element("title", "blocks " + stretch.blocks + ": " + stretch.state.words).close();
    }
  }

  private void legend() {
    html.open("p", "class", "legend");
    for (State state : State.values()) {
      html.open("span").element("span", "", "class", "key " + name(state));
      html.text(" " + state.words).close();
    }
    html.close();
  }

  private static String name(State state) {
    return "block-" + Words.lower(state);
  }
}
