package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.Evidence;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Blocks are given to a file while an earlier pin on them lives, so that the holder of the pin now
 * reads or writes the new file.
 *
 * <p>A block was free before it was allocated, so a pin that lives on it at that moment was taken
 * while the block belonged to another file.
 */
final class ReusedWhilePinned implements Rule {
  private static final int FEW = 1024;

  private final Map<Pin, Freed> freed = new HashMap<>();
  private final Occurrences found = new Occurrences();
  private final Pending<Reuse> reuses =
      new Pending<>(reuse -> reuse.pins.lastDrop() != null, this::tell, found);
  private int most = FEW;

  /** The freeing of a pinned block, and the file that the block belonged to. */
  private record Freed(Step step, FileRef file) {}

  /**
   * The file that a block belonged to before; {@code freed} is null if the freeing was not seen.
   */
  private record Former(FileRef file, Freed freed) {}

  /** One allocation of pinned blocks; {@code freed} is null if the freeing was not seen. */
  private record Reuse(Step step, PinGroup pins, Place pinned, Freed freed) {
    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      List<Step> acts = freed == null ? List.of(step) : List.of(freed.step, step);
      return new WhilePinned(Severity.CRITICAL, pins, pinned, acts).occurrence(endNanos, ledgers);
    }
  }

  /** Creates the rule for one run. */
  ReusedWhilePinned() {}

  @Override
  public Hazard hazard() {
    return Hazard.REUSED_WHILE_PINNED;
  }

  @Override
  public List<Basis> bases() {
    return List.of(
        new Basis(
            EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES, Evidence.ALLOCATIONS),
            EnumSet.of(Evidence.BIOS, Evidence.PIPES, Evidence.PAGES, Evidence.INODES),
            null));
  }

  @Override
  public Optional<String> ruledOut(Sight sight) {
    return sight.withoutDax().or(sight::freesAfterPins);
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (!(moment.event() instanceof TraceEvent.BlockEvent event)) {
      return;
    }
    switch (event) {
      case TraceEvent.BlocksFreed free -> {
        FileRef file = ledgers.file(free.file());
        Step step =
            new Step(
                Step.Role.FREED,
                free.stamp(),
                ledgers.freeing(free.stamp(), free.file()),
                new Place(file, List.of(free.blocks()), List.of()),
                1);
        ledgers
            .pinsOn(free.file().device(), free.blocks())
            .forEach(pin -> remember(pin, new Freed(step, file)));
      }
      case TraceEvent.BlocksAllocated given ->
          given(given, ledgers.pinsOn(given.file().device(), given.blocks()), ledgers);
      case TraceEvent.ExtentMapped given -> {
        List<Pin> pins =
            ledgers.pinsOn(given.file().device(), given.blocks()).stream()
                .filter(freed::containsKey)
                .toList();
        given(given, pins, ledgers);
        pins.forEach(freed::remove);
      }
      case TraceEvent.ExtentRemoved _ -> {}
    }
  }

  /** Notes who freed the block under a pin; from time to time forgets pins that were dropped. */
  private void remember(Pin pin, Freed by) {
    freed.put(pin, by);
    if (freed.size() > most) {
      freed.keySet().removeIf(one -> one.dropped() != null);
      most = Math.max(FEW, 2 * freed.size());
    }
  }

  private void given(TraceEvent.BlockEvent given, List<Pin> pins, Ledgers ledgers) {
    FileRef victim = ledgers.file(given.file());
    Step step =
        new Step(
            Step.Role.REUSED,
            given.stamp(),
            ledgers.actor(given.stamp()),
            new Place(victim, List.of(given.blocks()), List.of()),
            1);
    pins.stream()
        .collect(
            Collectors.groupingBy(
                pin -> former(pin, victim, ledgers), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (former, pinned) ->
                PinGroup.bySite(pinned).forEach(group -> reused(step, former, group, ledgers)));
  }

  /**
   * Returns the former file of a pinned block and who freed the block. One allocation may take
   * blocks that several calls freed.
   */
  private Former former(Pin pin, FileRef victim, Ledgers ledgers) {
    Freed earlier = freed.get(pin);
    PageOwners.Owner owner = ledgers.owners().owner(pin.pfn());
    FileRef file = earlier != null ? earlier.file : owner != null ? owner.file() : victim;
    return new Former(file, earlier);
  }

  private void reused(Step step, Former former, PinGroup group, Ledgers ledgers) {
    reuses.add(
        new Reuse(
            step,
            group,
            group.place(former.file, ledgers.blocks(), ledgers.owners()),
            former.freed),
        ledgers);
  }

  private Optional<Occurrence> tell(Reuse reuse, long endNanos, Ledgers ledgers) {
    return Optional.of(reuse.occurrence(endNanos, ledgers));
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    reuses.addTo(all, nowNanos, ledgers);
    return all;
  }
}
