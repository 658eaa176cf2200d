package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Storage blocks of a DAX file are freed while a pin on them lives.
 *
 * <p>Fires when the frames of a freed extent meet live pins. The kernel showed both on the same
 * block, so nothing has to be believed about the program.
 */
public final class FreedWhilePinned implements Rule {
  private final List<Free> frees = new ArrayList<>();

  /** One freeing of pinned blocks, with the pins that lived at that moment. */
  private record Free(
      Stamp stamp, Actor actor, FileRef file, PinGroup pins, Place freed, Place pinned) {}

  /** For one run. */
  public FreedWhilePinned() {}

  @Override
  public List<Set<Evidence>> needs() {
    return List.of(EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES));
  }

  @Override
  public void observe(TraceEvent event, Ledgers ledgers) {
    if (event instanceof TraceEvent.BlocksFreed freed) {
      freed(freed, ledgers.pinsOn(freed.file().device(), freed.blocks()), ledgers);
    }
  }

  private void freed(TraceEvent.BlocksFreed event, List<Pin> pins, Ledgers ledgers) {
    FileRef file = ledgers.file(event.file());
    for (PinGroup group : PinGroup.bySite(pins)) {
      frees.add(
          new Free(
              event.stamp(),
              ledgers.freeing(event.stamp()),
              file,
              group,
              new Place(file, List.of(event.blocks()), List.of()),
              group.place(file, ledgers.blocks(), ledgers.owners())));
    }
  }

  @Override
  public Occurrences finish(long endNanos, Ledgers ledgers) {
    Occurrences found = new Occurrences(name());
    for (Free free : frees) {
      Step step = new Step(Step.Role.FREED, free.stamp, free.actor, free.freed, 1);
      found.add(Occurrence.whilePinned(free.pins, free.pinned, List.of(step), endNanos, ledgers));
    }
    return found;
  }
}
