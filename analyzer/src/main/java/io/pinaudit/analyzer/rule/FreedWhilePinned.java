package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.Evidence;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Storage blocks of a DAX file are freed while a pin on them lives.
 *
 * <p>The rule fires when the kernel frees an extent whose page frames have live pins. The kernel
 * showed the pin and the freeing on the same block, so the proof rests on no assumption about the
 * program.
 *
 * <p>Where pins were not recorded, or began before the recording, the rule fires when the count of
 * a page's references says that somebody holds the page at the moment when it leaves its file, and
 * the same call frees the page's block.
 *
 * <p>Where the recording lacks the kernel's events, the rule fires when a JVM's call that frees
 * blocks of a file on a DAX file system returns while an I/O into the file's mapped memory is under
 * way.
 */
final class FreedWhilePinned implements Rule {
  private final Occurrences found = new Occurrences();
  private final Pending<Free> frees =
      new Pending<>(free -> free.pins.lastDrop() != null, this::tell, found);
  private final Pending<CountedFree> counted = new Pending<>(CountedFree::ended, this::tell, found);
  private final Pending<Meeting> meetings = new Pending<>(Meeting::ended, this::tell, found);

  /** One freeing of pinned blocks, with the pins that lived at that moment. */
  private record Free(
      Stamp stamp, Actor actor, FileRef file, PinGroup pins, Place freed, Place pinned) {
    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      Step step = new Step(Step.Role.FREED, stamp, actor, freed, 1);
      return new WhilePinned(Severity.CRITICAL, pins, pinned, List.of(step))
          .occurrence(endNanos, ledgers);
    }
  }

  /** Creates the rule for one run. */
  FreedWhilePinned() {}

  @Override
  public Hazard hazard() {
    return Hazard.FREED_WHILE_PINNED;
  }

  @Override
  public List<Basis> bases() {
    return List.of(
        new Basis(
            EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES),
            EnumSet.of(Evidence.BIOS, Evidence.PIPES, Evidence.PAGES, Evidence.INODES),
            null),
        new Basis(EnumSet.of(Evidence.COUNTS, Evidence.FREES), EnumSet.of(Evidence.INODES), null),
        Basis.callsOnly("only calls of the audited JVMs are seen to free blocks"));
  }

  @Override
  public Optional<String> ruledOut(Sight sight) {
    return sight.withoutDax().or(sight::freesAfterPins);
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.BlocksFreed freed) {
      freed(freed, ledgers);
    } else {
      for (Meeting met : Meeting.ofBuffers(moment)) {
        if (isFree(met, ledgers)) {
          meetings.add(met, ledgers);
        }
      }
    }
  }

  private void freed(TraceEvent.BlocksFreed event, Ledgers ledgers) {
    FileRef file = ledgers.file(event.file());
    List<Pin> pins = ledgers.pinsOn(event.file().device(), event.blocks());
    CountedFree.of(event, pins, ledgers).forEach(one -> counted.add(one, ledgers));
    for (PinGroup group : PinGroup.bySite(pins)) {
      frees.add(
          new Free(
              event.stamp(),
              ledgers.freeing(event.stamp(), event.file()),
              file,
              group,
              new Place(file, List.of(event.blocks()), List.of()),
              group.place(file, ledgers.blocks(), ledgers.owners())),
          ledgers);
    }
  }

  private static boolean isFree(Meeting met, Ledgers ledgers) {
    return met.frees()
        && met.outlived()
        && ledgers.blocks().dax(met.file().id().device()).orElse(false);
  }

  private Optional<Occurrence> tell(Free free, long endNanos, Ledgers ledgers) {
    return Optional.of(free.occurrence(endNanos, ledgers));
  }

  private Optional<Occurrence> tell(CountedFree free, long endNanos, Ledgers ledgers) {
    return Optional.of(free.occurrence(endNanos));
  }

  private Optional<Occurrence> tell(Meeting met, long endNanos, Ledgers ledgers) {
    return ledgers.seesBlocks(met.file()) || ledgers.sight().seesWaitsOnly()
        ? Optional.empty()
        : Optional.of(met.occurrence(Severity.CRITICAL, Step.Role.CUT, endNanos));
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    frees.addTo(all, nowNanos, ledgers);
    counted.addTo(all, nowNanos, ledgers);
    meetings.addTo(all, nowNanos, ledgers);
    return all;
  }
}
