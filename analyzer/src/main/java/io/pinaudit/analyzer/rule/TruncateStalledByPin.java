package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.Evidence;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A truncate, punch or other change of a file's layout waits in the kernel for a pin.
 *
 * <p>The kernel itself tells the busy page that the truncate waits for (the result of {@code
 * dax_layout_busy_page}), so the rule ignores a truncate that is slow for any other reason. Waits
 * under a millisecond are ordinary I/O in flight and are not reported.
 *
 * <p>A trace without that probe does not name the page. Then the rule infers the pins from the
 * time: the wait ended right after the last pin of the file that lived when the wait began was
 * dropped. Such a finding is only observed.
 */
final class TruncateStalledByPin implements Rule {
  /**
   * Waits shorter than this, in nanoseconds, are not reported: every direct I/O in flight causes
   * them.
   */
  static final long LEAST_NANOS = 1_000_000;

  /**
   * A waiter whose page was not named wakes up within this time, in nanoseconds, after the last
   * drop.
   */
  private static final long WAKE_UP_NANOS = 50_000_000;

  /** A system call that a signal interrupted begins again within this time, in nanoseconds. */
  private static final long RESTART_NANOS = 10_000_000;

  private static final ByteRange WHOLE_FILE = new ByteRange(0, Long.MAX_VALUE);

  private final Map<Integer, Stall> active = new HashMap<>();
  private final Map<Integer, Stall> interrupted = new HashMap<>();
  private final Occurrences found = new Occurrences();
  private final Pending<Stall> stalls = new Pending<>(Stall::isOver, this::tell, found);

  /** One wait of a call that changes the layout of a file. */
  private static final class Stall {
    private final Stamp started;
    private final Actor actor;
    private final FileRef file;
    private final Set<Pin> pins = new LinkedHashSet<>();
    private boolean blocked;
    private boolean inferred;
    private List<Pin> present = List.of();
    private Hold hold;
    private Place pinned;
    private Stamp ended;
    private boolean interrupted;
    private boolean listed;

    Stall(Stamp started, Actor actor, FileRef file) {
      this.started = started;
      this.actor = actor;
      this.file = file;
    }

    /** Returns a copy, in which may be inferred what a wait that goes on is for so far. */
    Stall asItIs() {
      Stall copy = new Stall(started, actor, file);
      copy.pins.addAll(pins);
      copy.blocked = blocked;
      copy.inferred = inferred;
      copy.present = present;
      copy.hold = hold;
      copy.pinned = pinned;
      copy.ended = ended;
      copy.interrupted = interrupted;
      copy.listed = listed;
      return copy;
    }

    /** Returns the pins of the site that the truncate waited for first; null if none is known. */
    PinGroup holders() {
      if (pins.isEmpty()) {
        return null;
      }
      Actor.Site first = pins.iterator().next().holder().site();
      return new PinGroup(pins.stream().filter(pin -> pin.holder().site().equals(first)).toList());
    }

    /** Returns whether the wait has ended for good; an interrupted wait may go on. */
    boolean isOver() {
      return ended != null && !interrupted && (pins.isEmpty() || holders().lastDrop() != null);
    }

    /** Returns whether this wait continues an earlier one that a signal interrupted. */
    boolean goesOnWith(Stall earlier) {
      return Objects.equals(earlier.file, file)
          && started.nanos() - earlier.ended.nanos() <= RESTART_NANOS;
    }

    long nanos(long endOfRun) {
      return (ended == null ? endOfRun : ended.nanos()) - started.nanos();
    }
  }

  /** Creates the rule for one run. */
  TruncateStalledByPin() {}

  @Override
  public Hazard hazard() {
    return Hazard.TRUNCATE_STALLED_BY_PIN;
  }

  @Override
  public List<Basis> bases() {
    return List.of(
        new Basis(
            EnumSet.of(Evidence.PINS, Evidence.WAITS),
            EnumSet.of(Evidence.DROPS, Evidence.BIOS, Evidence.PIPES, Evidence.PAGES),
            null),
        new Basis(EnumSet.of(Evidence.WAITS), EnumSet.of(Evidence.COUNTS), null),
        Basis.callsOnly("only calls of the audited JVMs are seen to wait"));
  }

  @Override
  public Optional<String> ruledOut(Sight sight) {
    return sight.withoutDax();
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.LayoutBreak layoutBreak) {
      observe(layoutBreak, ledgers);
      return;
    }
    for (Meeting met : Meeting.ofBuffers(moment)) {
      if (isWait(met, ledgers)) {
        found.add(occurrence(met));
      }
    }
  }

  private void observe(TraceEvent.LayoutBreak event, Ledgers ledgers) {
    switch (event) {
      case TraceEvent.LayoutBreakStarted start -> started(start, ledgers);
      case TraceEvent.LayoutBreakBlocked blocked -> {
        Stall stall = active.get(blocked.stamp().tid());
        if (stall != null) {
          blocked(stall, blocked.pfn(), ledgers);
        }
      }
      case TraceEvent.LayoutBreakFinished end -> {
        Stall stall = active.remove(end.stamp().tid());
        if (stall != null) {
          finished(stall, end, ledgers);
        }
      }
    }
  }

  private void started(TraceEvent.LayoutBreakStarted start, Ledgers ledgers) {
    int tid = start.stamp().tid();
    Stall earlier = interrupted.remove(tid);
    Stall stall = stall(start, ledgers);
    boolean again = earlier != null && stall.goesOnWith(earlier);
    if (earlier != null) {
      earlier.interrupted = false;
    }
    if (again) {
      earlier.ended = null;
    }
    active.put(tid, again ? earlier : stall);
  }

  private void finished(Stall stall, TraceEvent.LayoutBreakFinished end, Ledgers ledgers) {
    stall.ended = end.stamp();
    locate(stall, ledgers);
    if (stall.blocked && end.result() < 0) {
      stall.interrupted = true;
      interrupted.put(end.stamp().tid(), stall);
    }
    if (stall.blocked && !stall.listed) {
      stall.listed = true;
      stalls.add(stall, ledgers);
    }
  }

  /**
   * Decides without the kernel's events whether a call waited: the call was long, and ended soon
   * after an I/O that was under way when the call began.
   */
  private static boolean isWait(Meeting met, Ledgers ledgers) {
    long afterIo = met.outlived() ? -1 : met.culprit().endNanos() - met.hold().ended().nanos();
    return met.unknown().isEmpty()
        && afterIo >= 0
        && afterIo <= WAKE_UP_NANOS
        && met.culprit().endNanos() - met.culprit().began().nanos() >= LEAST_NANOS
        && ledgers.blocks().dax(met.file().id().device()).orElse(false)
        && !ledgers.sight().seesWaits();
  }

  private static Stall stall(TraceEvent.LayoutBreakStarted start, Ledgers ledgers) {
    FileRef file = start.file() == null ? null : ledgers.file(start.file());
    Stall stall = new Stall(start.stamp(), ledgers.actor(start.stamp()), file);
    if (!ledgers.sight().namesBusyPages()) {
      stall.present =
          ledgers.pins().live().stream().filter(pin -> mayBeOf(pin, file, ledgers)).toList();
    }
    return stall;
  }

  private static boolean mayBeOf(Pin pin, FileRef file, Ledgers ledgers) {
    FileRef owner = fileOf(pin, ledgers);
    return file == null || owner == null || owner.equals(file);
  }

  /** Finds the pins that a wait was for and their place, when the wait is over. */
  private static void locate(Stall stall, Ledgers ledgers) {
    infer(stall);
    stall.pinned = stall.pins.isEmpty() ? null : place(stall, ledgers);
  }

  /**
   * Infers the pins of a wait whose page the kernel did not name: the pins that lived when the wait
   * began, if the wait ended with them.
   */
  private static void infer(Stall stall) {
    List<Pin> awaited = stall.present.stream().filter(pin -> wasAwaited(pin, stall)).toList();
    if (!stall.blocked && !awaited.isEmpty()) {
      stall.blocked = true;
      stall.inferred = true;
      stall.pins.addAll(awaited);
    }
  }

  /**
   * Returns whether a pin was dropped shortly before the wait ended or, if neither has ended, is
   * still held.
   */
  private static boolean wasAwaited(Pin pin, Stall stall) {
    if (stall.ended == null || pin.dropped() == null) {
      return stall.ended == null && pin.dropped() == null;
    }
    long afterDrop = stall.ended.nanos() - pin.dropped().nanos();
    return afterDrop >= 0 && afterDrop <= WAKE_UP_NANOS;
  }

  /**
   * Notes a busy page. The kernel names one busy page at a time, and the next when the first is
   * idle. The site that pinned the page holds the truncate up with all pages of the file that this
   * site pinned.
   */
  private static void blocked(Stall stall, long pfn, Ledgers ledgers) {
    stall.blocked = true;
    if (stall.hold == null && stall.file != null && !ledgers.sight().seesPins()) {
      List<Hold> holding = ledgers.holding(stall.file.id(), WHOLE_FILE);
      stall.hold = holding.isEmpty() ? null : holding.getLast();
    }
    for (Pin busy : ledgers.pins().live(new PageRange(pfn, 1))) {
      if (stall.pins.add(busy)) {
        stall.pins.addAll(companions(busy, ledgers));
      }
    }
  }

  private static List<Pin> companions(Pin busy, Ledgers ledgers) {
    FileRef file = fileOf(busy, ledgers);
    if (file == null) {
      return List.of();
    }
    Actor.Site site = busy.holder().site();
    return ledgers.pins().live().stream()
        .filter(pin -> pin.holder().site().equals(site))
        .filter(pin -> file.equals(fileOf(pin, ledgers)))
        .toList();
  }

  private static FileRef fileOf(Pin pin, Ledgers ledgers) {
    PageOwners.Owner owner = ledgers.owners().owner(pin.pfn());
    return owner == null ? null : owner.file();
  }

  /** Returns the place of the busy pages as blocks, if the device's blocks are page frames. */
  private static Place place(Stall stall, Ledgers ledgers) {
    PinGroup group = stall.holders();
    FileRef file = stall.file != null ? stall.file : fileOf(group.earliest(), ledgers);
    return file == null
            || ledgers.blocks().frames(file.id().device(), new PageRange(0, 1)).isEmpty()
        ? null
        : group.place(file, ledgers.blocks(), ledgers.owners());
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    for (Stall one : active.values()) {
      Stall stall = one.asItIs();
      locate(stall, ledgers);
      if (stall.blocked && !stall.listed) {
        tell(stall, nowNanos, ledgers).ifPresent(seen -> all.addUntil(nowNanos, seen));
      }
    }
    stalls.addTo(all, nowNanos, ledgers);
    return all;
  }

  private Optional<Occurrence> tell(Stall stall, long endNanos, Ledgers ledgers) {
    return stall.ended == null || stall.nanos(endNanos) >= LEAST_NANOS
        ? Optional.of(occurrence(stall, endNanos))
        : Optional.empty();
  }

  private static Occurrence occurrence(Meeting met) {
    Occurrence one = met.occurrence(Severity.WARNING, Step.Role.STALLED, 0);
    Finding.Instance seen = one.instance();
    long waited = met.culprit().endNanos() - met.culprit().began().nanos();
    return new Occurrence(
        one.holder(),
        one.culprit(),
        Finding.Instance.of(Severity.WARNING, Certainty.OBSERVED, seen.place(), seen.began())
            .steps(seen.steps())
            .lasted(waited, true)
            .build());
  }

  private static Step held(Hold hold, Place place) {
    return new Step(Step.Role.PINNED, hold.call().started(), Actor.of(hold.call()), place, 1);
  }

  private static Actor.Site holderSite(Stall stall, PinGroup holders) {
    if (holders != null) {
      return holders.holder().site();
    }
    return stall.hold == null ? null : Actor.of(stall.hold.call()).site();
  }

  private static Occurrence occurrence(Stall stall, long endNanos) {
    PinGroup holders = stall.holders();
    Place unknown = new Place(stall.file, List.of(), List.of());
    List<Step> steps = new ArrayList<>();
    if (holders != null) {
      steps.add(Steps.pinned(holders, stall.pinned));
    } else if (stall.hold != null) {
      steps.add(held(stall.hold, unknown));
    }
    steps.add(new Step(Step.Role.STALLED, stall.started, stall.actor, unknown, 1));
    if (holders != null) {
      Steps.dropped(holders).ifPresent(steps::add);
      steps.addAll(Steps.mapped(holders));
    }
    return new Occurrence(
        holderSite(stall, holders),
        stall.actor.site(),
        Finding.Instance.of(
                stall.ended == null ? Severity.ERROR : Severity.WARNING,
                holders == null || stall.inferred ? Certainty.OBSERVED : Certainty.CONFIRMED,
                stall.pinned == null ? unknown : stall.pinned,
                stall.started)
            .steps(steps)
            .lasted(stall.nanos(endNanos), stall.ended != null)
            .ambiguous(holders != null && holders.ambiguous())
            .build());
  }
}
