package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Occurrences found = new Occurrences(name());
  private final Pending<Reuse> reuses = new Pending<>(reuse -> reuse.pins.lastDrop() != null);
  private int most = FEW;

  /** Who freed the block under a pin, and whose it was. */
  private record Freed(Step step, FileRef file) {}

  /** Whose a block was; the freeing is null if it was not seen. */
  private record Former(FileRef file, Freed freed) {}

  /** One allocation of pinned blocks; the freeing is null if it was not seen. */
  private record Reuse(Step step, PinGroup pins, Place pinned, Freed freed) {
    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      List<Step> acts = freed == null ? List.of(step) : List.of(freed.step, step);
      return Occurrence.whilePinned(Severity.CRITICAL, pins, pinned, acts, endNanos, ledgers);
    }
  }

  /** For one run. */
  public ReusedWhilePinned() {}

  @Override
  public List<Set<Evidence>> needs() {
    return List.of(EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES, Evidence.ALLOCATIONS));
  }

  @Override
  public void observe(TraceEvent event, Ledgers ledgers) {
    if (event instanceof TraceEvent.BlocksFreed free) {
      FileRef file = ledgers.file(free.file());
      Step step =
          new Step(
              Step.Role.FREED,
              free.stamp(),
              ledgers.freeing(free.stamp()),
              new Place(file, List.of(free.blocks()), List.of()),
              1);
      ledgers
          .pinsOn(free.file().device(), free.blocks())
          .forEach(pin -> remember(pin, new Freed(step, file)));
    } else if (event instanceof TraceEvent.BlocksAllocated allocation) {
      FileRef victim = ledgers.file(allocation.file());
      ledgers.pinsOn(allocation.file().device(), allocation.blocks()).stream()
          .collect(
              Collectors.groupingBy(
                  pin -> former(pin, victim, ledgers), LinkedHashMap::new, Collectors.toList()))
          .forEach(
              (former, pins) ->
                  PinGroup.bySite(pins)
                      .forEach(group -> reused(allocation, victim, former, group, ledgers)));
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

  /** Whose the block was and who freed it: an allocation may take what several frees gave. */
  private Former former(Pin pin, FileRef victim, Ledgers ledgers) {
    Freed earlier = freed.get(pin);
    PageOwners.Owner owner = ledgers.owners().owner(pin.pfn());
    FileRef file = earlier != null ? earlier.file : owner != null ? owner.file() : victim;
    return new Former(file, earlier);
  }

  private void reused(
      TraceEvent.BlocksAllocated event,
      FileRef victim,
      Former former,
      PinGroup group,
      Ledgers ledgers) {
    reuses.add(
        new Reuse(
            new Step(
                Step.Role.REUSED,
                event.stamp(),
                ledgers.actor(event.stamp()),
                new Place(victim, List.of(event.blocks()), List.of()),
                1),
            group,
            group.place(former.file, ledgers.blocks(), ledgers.owners()),
            former.freed),
        reuse -> found.add(reuse.occurrence(event.stamp().nanos(), ledgers)));
  }

  @Override
  public Occurrences finish(long endNanos, Ledgers ledgers) {
    reuses.finish(reuse -> found.add(reuse.occurrence(endNanos, ledgers)));
    return found;
  }
}
