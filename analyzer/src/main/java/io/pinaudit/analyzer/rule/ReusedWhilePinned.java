package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Evidence;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Blocks are given to a file while an earlier pin on them lives: the holder of the pin now reads or
 * writes the new file.
 *
 * <p>A block that is allocated was free; a live pin on it was taken while it belonged to somebody
 * else.
 */
public final class ReusedWhilePinned implements Rule {
  private static final int FEW = 1024;

  private final Map<Pin, Freed> freed = new HashMap<>();
  private final Occurrences found = new Occurrences();
  private final Pending<Reuse> reuses =
      new Pending<>(reuse -> reuse.pins.lastDrop() != null, this::tell);
  private int most = FEW;

  /** Who freed the block under a pin, and whose it was. */
  private record Freed(Step step, FileRef file) {}

  /** Whose a block was; the freeing is null if it was not seen. */
  private record Former(FileRef file, Freed freed) {}

  /** One allocation of pinned blocks; the freeing is null if it was not seen. */
  private record Reuse(Step step, PinGroup pins, Place pinned, Freed freed) {
    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      List<Step> acts = freed == null ? List.of(step) : List.of(freed.step, step);
      return new WhilePinned(Severity.CRITICAL, pins, pinned, acts).occurrence(endNanos, ledgers);
    }
  }

  /** For one run. */
  public ReusedWhilePinned() {}

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
    return sight.withoutDax();
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

  /** Pins that were dropped are forgotten now and then. */
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

  /** Whose the block was and who freed it: an allocation may take what several frees gave. */
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

  private void tell(Reuse reuse, long endNanos, Ledgers ledgers) {
    found.add(reuse.occurrence(endNanos, ledgers));
  }

  @Override
  public Occurrences finish(long endNanos, Ledgers ledgers) {
    reuses.finish(endNanos, ledgers);
    return found;
  }
}
