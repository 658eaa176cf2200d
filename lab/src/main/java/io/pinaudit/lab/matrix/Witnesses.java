package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks at each free what both witnesses say of its pages: the pins that were seen to be taken and
 * not to be dropped, and the counts of references when the pages left their file.
 */
final class Witnesses implements Watcher {
  private final List<Free> frees = new ArrayList<>();

  /**
   * One free of pages of which at least one witness says that they are held.
   *
   * @param nanos when it was
   */
  record Free(long nanos, boolean byPins, boolean byCounts) {}

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.BlocksFreed freed) {
      boolean pins = !ledgers.pinsOn(freed.file().device(), freed.blocks()).isEmpty();
      boolean counts =
          ledgers
              .blocks()
              .frames(freed.file().device(), freed.blocks())
              .filter(frames -> !ledgers.departures().freed(frames, freed).isEmpty())
              .isPresent();
      if (pins || counts) {
        frees.add(new Free(freed.stamp().nanos(), pins, counts));
      }
    }
  }

  /** Returns what was found, if there were two witnesses. */
  List<Free> found(Sight sight) {
    return sight.seesPins() && sight.seesCounts() ? List.copyOf(frees) : List.of();
  }
}
