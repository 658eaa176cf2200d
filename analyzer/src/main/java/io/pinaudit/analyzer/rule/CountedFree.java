package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Departure;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Blocks that were freed although the counts of their pages' references said that somebody held
 * them. No event tells who: only what a JVM is known to hold does.
 *
 * @param free when they were freed
 * @param actor who freed them
 * @param freed all that was freed at once
 * @param pinned what of it was held
 * @param pages the pages, as they left their file; at least one, all with the same holder
 */
record CountedFree(Stamp free, Actor actor, Place freed, Place pinned, List<Departure> pages) {
  /**
   * Returns what one event freed under a hold that no pin tells of, by the site of the holder.
   *
   * @param pins the pins that are known to live on the blocks
   */
  static List<CountedFree> of(TraceEvent.BlocksFreed event, List<Pin> pins, Ledgers ledgers) {
    Optional<PageRange> frames = ledgers.blocks().frames(event.file().device(), event.blocks());
    List<Departure> left =
        frames.map(range -> ledgers.departures().freed(range, event)).orElse(List.of());
    if (left.isEmpty()) {
      return List.of();
    }
    Collection<List<Departure>> bySite =
        left.stream()
            .filter(one -> pins.stream().noneMatch(pin -> one.event().frames().contains(pin.pfn())))
            .collect(
                Collectors.groupingBy(one -> Optional.ofNullable(site(one)), Collectors.toList()))
            .values();
    return bySite.stream().map(pages -> of(event, frames.get(), pages, ledgers)).toList();
  }

  private static Actor.Site site(Departure one) {
    return one.holder() == null ? null : Actor.of(one.holder().call()).site();
  }

  private static CountedFree of(
      TraceEvent.BlocksFreed event, PageRange frames, List<Departure> pages, Ledgers ledgers) {
    FileRef file = ledgers.file(event.file());
    List<PageRange> blocks = new ArrayList<>();
    List<ByteRange> ranges = new ArrayList<>();
    for (Departure page : pages) {
      PageRange there = page.event().frames();
      long first = Math.max(there.first(), frames.first());
      long count = Math.min(there.end(), frames.end()) - first;
      new PageRange(event.blocks().first() + first - frames.first(), count).appendTo(blocks);
      new PageRange(page.event().pageOffset() + first - there.first(), count)
          .bytes()
          .appendTo(ranges);
    }
    return new CountedFree(
        event.stamp(),
        actor(event, pages.getFirst().event().through(), ledgers),
        new Place(file, List.of(event.blocks()), List.of()),
        new Place(file, List.copyOf(blocks), List.copyOf(ranges)),
        pages);
  }

  /** Returns who frees; where no system call was recorded, the one that the stack tells. */
  private static Actor actor(TraceEvent.BlocksFreed event, Operation through, Ledgers ledgers) {
    Actor actor = ledgers.freeing(event.stamp(), event.file());
    boolean unknown = actor.call() == null && actor.syscall() == null;
    return unknown && !through.name().isEmpty()
        ? new Actor(actor.tid(), actor.task(), null, through, actor.process())
        : actor;
  }

  private List<Hold> holders() {
    return pages.stream().map(Departure::holder).filter(hold -> hold != null).distinct().toList();
  }

  /** Returns when the last holder let go; null if that was not seen. */
  private Stamp ended(List<Hold> holders) {
    Stamp last = null;
    for (Hold hold : holders) {
      if (hold.ended() == null) {
        return null;
      }
      last = last == null || hold.ended().nanos() > last.nanos() ? hold.ended() : last;
    }
    return last;
  }

  boolean ended() {
    return holders().stream().allMatch(hold -> hold.endUnseen() || hold.ended() != null);
  }

  /**
   * Returns the free as an occurrence.
   *
   * @param endNanos end of the recording, in nanoseconds of the timeline
   */
  Occurrence occurrence(long endNanos) {
    List<Hold> holders = holders();
    Stamp end = ended(holders);
    List<Step> steps = new ArrayList<>();
    if (!holders.isEmpty()) {
      Actor holder = Actor.of(holders.getFirst().call());
      steps.add(
          new Step(
              Step.Role.PINNED,
              holders.getFirst().call().started(),
              holder,
              pinned,
              holders.size()));
    }
    Stamp counted = pages.getFirst().event().stamp();
    steps.add(new Step(Step.Role.COUNTED, counted, Actor.of(counted), pinned, pinned.blockCount()));
    steps.add(new Step(Step.Role.FREED, free, actor, freed, 1));
    if (end != null) {
      steps.add(new Step(Step.Role.DROPPED, end, Actor.of(end), null, pinned.blockCount()));
    }
    holders.stream()
        .map(Hold::mapping)
        .filter(mapping -> mapping != null)
        .distinct()
        .map(Steps::mapped)
        .forEach(steps::add);
    boolean inPipe = holders.stream().anyMatch(Hold::endUnseen);
    long until = end != null ? end.nanos() : holders.isEmpty() || inPipe ? free.nanos() : endNanos;
    return new Occurrence(
        site(pages.getFirst()),
        actor.site(),
        Finding.Instance.of(Severity.CRITICAL, Certainty.CONFIRMED, pinned, free)
            .doubts(doubts(end))
            .steps(steps)
            .lasted(Math.max(0, until - free.nanos()), end != null)
            .build());
  }

  private Set<Doubt> doubts(Stamp end) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    if (end != null && end.nanos() < free.nanos()) {
      doubts.add(Doubt.COUNTED_EARLIER);
    }
    long left = pages.stream().mapToLong(page -> page.event().frames().count()).sum();
    if (left > pinned.blockCount()) {
      doubts.add(Doubt.RANGE_UNKNOWN);
    }
    return doubts;
  }
}
