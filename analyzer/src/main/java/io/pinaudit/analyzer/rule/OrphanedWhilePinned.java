package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.FileSystemType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A page is removed from its file's page cache while pinned. The I/O into the page still
 * "succeeds", but its data is lost, because the page belongs to no file any more.
 *
 * <p>The rule fires when a page with a live pin leaves the page cache. Where the recording lacks
 * the kernel's events of pages, the rule fires when a JVM's call, or a cut by anybody that the
 * kernel tells, meets an I/O into the file's mapped memory. Whether the file is on a DAX file
 * system, where this would be {@link FreedWhilePinned}, then only {@code run.json} can tell.
 */
final class OrphanedWhilePinned implements Rule {
  /** One call removes its pages one by one; its removals are no further apart than this. */
  private static final long SAME_CALL_NANOS = 100_000_000;

  private final Occurrences found = new Occurrences();
  private final Pending<Orphans> orphans = new Pending<>(Orphans::ended, this::tell, found);
  private final Pending<Meeting> meetings = new Pending<>(Meeting::ended, this::tell, found);
  private final Map<Integer, Orphans> latest = new HashMap<>();
  private final Pending<HeldOrphans> held = new Pending<>(HeldOrphans::ended, this::tell, found);
  private HeldOrphans latestHeld;
  // What was taken of loans to pipes, by loan, as long as anybody else knows the loan.
  private final Map<Hold, List<ByteRange>> taken = new WeakHashMap<>();

  /** Pinned pages that one call removed from one file. */
  private static final class Orphans {
    private final Actor actor;
    private final FileRef file;
    private final Stamp first;
    private final List<Pin> pins = new ArrayList<>();
    private final List<ByteRange> ranges = new ArrayList<>();
    private Stamp last;

    Orphans(Actor actor, FileRef file, Stamp first) {
      this.actor = actor;
      this.file = file;
      this.first = first;
      this.last = first;
    }

    boolean goesOn(Actor other, FileRef otherFile, PinGroup group, Stamp now) {
      return file.equals(otherFile)
          && Objects.equals(actor.site(), other.site())
          && pins.getFirst().holder().site().equals(group.holder().site())
          && now.nanos() - last.nanos() <= SAME_CALL_NANOS;
    }

    void add(PinGroup group, long offset, Stamp now) {
      pins.addAll(group.pins());
      ByteRange previous = ranges.isEmpty() ? null : ranges.getLast();
      if (previous != null && previous.offset() <= offset && offset < previous.end()) {
        // Another pin of the same page.
        last = now;
        return;
      }
      new ByteRange(offset, PageRange.PAGE_BYTES).appendTo(ranges);
      last = now;
    }

    boolean ended() {
      return new PinGroup(pins).lastDrop() != null;
    }

    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      PinGroup group = new PinGroup(pins);
      Place place = new Place(file, List.of(), List.copyOf(ranges));
      Step step = new Step(Step.Role.ORPHANED, first, actor, place, pins.size());
      Severity severity = severity(group.holder().does());
      return new WhilePinned(severity, group, place, List.of(step)).occurrence(endNanos, ledgers);
    }
  }

  /** Creates the rule for one run. */
  OrphanedWhilePinned() {}

  @Override
  public Hazard hazard() {
    return Hazard.ORPHANED_WHILE_PINNED;
  }

  @Override
  public List<Basis> bases() {
    return List.of(
        new Basis(
            EnumSet.of(Evidence.CACHED_PINS, Evidence.REMOVALS),
            EnumSet.of(Evidence.BIOS, Evidence.PIPES, Evidence.SYSCALLS),
            null),
        new Basis(EnumSet.of(Evidence.REMOVALS, Evidence.CALLS), Set.of(), null),
        Basis.calls());
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.PageRemovedFromCache removed) {
      if (ledgers.sight().seesHeldRemovals()) {
        removedUnderHold(removed, ledgers);
      } else {
        removed(removed, ledgers);
      }
    } else {
      for (Meeting met : Meeting.ofBuffersWithAnybody(moment)) {
        boolean dax = ledgers.blocks().dax(met.file().id().device()).orElse(false);
        if (!dax && !isOrphanAlready(met)) {
          meetings.add(met, ledgers);
        }
      }
    }
  }

  /**
   * Returns whether another cut took the same part of a loan to a pipe before: the pipe has its
   * pages since the loan, and they belong to no file any more.
   */
  private boolean isOrphanAlready(Meeting met) {
    if (!met.hold().endUnseen() || !met.unknown().isEmpty()) {
      return false;
    }
    List<ByteRange> before = taken.computeIfAbsent(met.hold(), _ -> new ArrayList<>());
    ByteRange now = met.range();
    boolean already =
        before.stream().anyMatch(one -> one.offset() <= now.offset() && now.end() <= one.end());
    if (!already) {
      before.add(now);
    }
    return already;
  }

  private void removed(TraceEvent.PageRemovedFromCache event, Ledgers ledgers) {
    List<Pin> there = ledgers.pins().live(event.frames());
    if (there.isEmpty()) {
      return;
    }
    FileRef file = ledgers.file(event.file());
    Actor actor = ledgers.freeing(event.stamp(), event.file());
    List<Pin> pins = there.stream().filter(pin -> pin.mayLiveIn(event.mapping())).toList();
    for (PinGroup group : PinGroup.bySite(pins)) {
      Orphans before = latest.get(event.stamp().tid());
      boolean again = before != null && before.goesOn(actor, file, group, event.stamp());
      Orphans now = again ? before : new Orphans(actor, file, event.stamp());
      for (Pin pin : group.pins()) {
        long page = event.pageOffset() + pin.pfn() - event.frames().first();
        now.add(new PinGroup(List.of(pin)), page * PageRange.PAGE_BYTES, event.stamp());
      }
      if (!again) {
        latest.put(event.stamp().tid(), now);
        orphans.add(now, ledgers);
      }
    }
  }

  /**
   * Notes pages that were removed from the page cache while somebody had them. The recorder only
   * sees that somebody had them; the calls of a JVM tell that it may have been them.
   */
  private void removedUnderHold(TraceEvent.PageRemovedFromCache event, Ledgers ledgers) {
    PageRange pages = new PageRange(event.pageOffset(), event.frames().count());
    ByteRange range = pages.bytes();
    List<Hold> holding = ledgers.holding(event.file(), range);
    if (holding.isEmpty()) {
      return;
    }
    Hold hold = holding.getLast();
    Actor actor = ledgers.freeing(event.stamp(), event.file());
    FileRef file = ledgers.file(event.file());
    if (latestHeld == null || !latestHeld.goesOn(hold, actor, file)) {
      latestHeld = new HeldOrphans(hold, actor, file, event.stamp());
      held.add(latestHeld, ledgers);
    }
    latestHeld.add(pages);
  }

  private Optional<Occurrence> tell(HeldOrphans one, long endNanos, Ledgers ledgers) {
    return Optional.of(one.occurrence(severity(one.holder()), endNanos));
  }

  /** Returns whether the kernel would have told that pages of a file were removed while held. */
  private static boolean seesRemovals(Meeting met, Ledgers ledgers) {
    String type = ledgers.blocks().fileSystem(met.file().id().device());
    return ledgers.sight().seesRemovals()
        || ledgers.sight().seesHeldRemovals() && FileSystemType.named(type).oneNumber();
  }

  private Optional<Occurrence> tell(Orphans one, long endNanos, Ledgers ledgers) {
    return Optional.of(one.occurrence(endNanos, ledgers));
  }

  private Optional<Occurrence> tell(Meeting met, long endNanos, Ledgers ledgers) {
    if (seesRemovals(met, ledgers)) {
      return Optional.empty();
    }
    Severity severity = severity(met.hold().call().operation());
    Occurrence one = met.occurrence(severity, Step.Role.CUT, endNanos);
    boolean known = ledgers.blocks().dax(met.file().id().device()).isPresent();
    return Optional.of(known ? one : one.with(Doubt.FILE_SYSTEM_UNKNOWN));
  }

  /**
   * Returns the severity by what the I/O does: an I/O that writes out of an orphaned page still
   * writes the data that the page had when the program handed it over.
   */
  private static Severity severity(Operation holder) {
    return switch (holder.memory()) {
      case READ -> Severity.WARNING;
      case WRITTEN, EITHER, NONE -> Severity.ERROR;
    };
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    orphans.addTo(all, nowNanos, ledgers);
    held.addTo(all, nowNanos, ledgers);
    meetings.addTo(all, nowNanos, ledgers);
    return all;
  }
}
