package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Cut;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Watches a run for calls that take pinned pages from files, or that wait before they do.
 *
 * <p>On DAX the kernel's events show these calls: a layout break or an eviction begins while pages
 * of its file are pinned, and blocks are freed after that. On a page cache the events show pinned
 * pages that leave the cache. If the events do not show pins, only the calls of the JVMs are known.
 * One watcher serves one run; memory grows with the number of pinned pages, not with the run.
 */
public final class Takings implements Watcher {
  private static final int FEW = 64;

  /** The removals of one call are no further apart than this, in nanoseconds. */
  private static final long SAME_CALL_NANOS = 100_000_000;

  /**
   * A call that waits once more, or that a signal interrupted, begins again within this time, in
   * nanoseconds.
   */
  private static final long RESTART_NANOS = 10_000_000;

  /**
   * The file system may free the blocks of a deleted file in the background, up to this time, in
   * nanoseconds, after the last use of the file.
   */
  private static final long BACKGROUND_NANOS = 30_000_000_000L;

  private final Sink sink;
  private final Map<FileRef, OpenTaking> latest = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Integer, OpenTaking> waiting = new LinkedHashMap<>();
  private final IdentityHashMap<JavaCall, List<Use>> usedAtStart = new IdentityHashMap<>();
  private final IdentityHashMap<JavaCall, Removed> removedBy = new IdentityHashMap<>();
  private List<OpenTaking> open = new ArrayList<>();
  private int most = FEW;

  /** Takes the takings, in the order in which they are over. */
  public interface Sink {
    /** Takes a taking that happened. */
    void took(Taking taking);

    /**
     * Takes the same on an ordinary file system, without the uses that DAX would refuse or not
     * need.
     */
    void tookAsIfOnDax(Taking taking);
  }

  /** The pages that a JVM's call removed from the page cache while they were pinned. */
  private static final class Removed {
    private final Set<Use> uses = new LinkedHashSet<>();
    private Mapped mapped = Mapped.UNKNOWN;
  }

  /** Watches one run. */
  public Takings(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    switch (moment.event()) {
      case TraceEvent.LayoutBreakStarted start -> breakStarted(start, ledgers);
      case TraceEvent.LayoutBreakFinished end -> breakFinished(end);
      case TraceEvent.InodeEvicted evicted -> {
        if (evicted.links() == 0) {
          evicted(evicted, ledgers);
        }
      }
      case TraceEvent.BlocksFreed freed -> freed(freed, ledgers);
      case TraceEvent.PageRemovedFromCache removed -> removed(removed, ledgers);
      case TraceEvent.CallStarted(_, JavaCall call) -> callStarted(call, ledgers);
      case TraceEvent.CallFinished(_, JavaCall call) -> callFinished(call, moment, ledgers);
      case TraceEvent.KernelEvent _, TraceEvent.EventsLost _ -> {}
    }
  }

  /** Passes on all takings, whether they are over or not. */
  public void finish(long endNanos, Ledgers ledgers) {
    open.forEach(one -> settle(one, endNanos, ledgers));
    open = new ArrayList<>();
  }

  // ---- the kernel's side, DAX

  private void breakStarted(TraceEvent.LayoutBreakStarted start, Ledgers ledgers) {
    if (start.file() == null) {
      return;
    }
    FileRef file = ledgers.file(start.file());
    OpenTaking known = latest.get(file);
    boolean goesOn =
        known != null
            && known.began().tid() == start.stamp().tid()
            && (known.act() == Act.EVICT || isSameCall(known, start.stamp(), ledgers));
    List<Use> pins = pinsOf(file, ledgers);
    if (!goesOn && pins.isEmpty()) {
      latest.remove(file);
      return;
    }
    OpenTaking one =
        goesOn
            ? known
            : open(
                new OpenTaking(Act.TRUNCATE, ledgers.actor(start.stamp()), file, start.stamp()),
                ledgers);
    one.awaits(pins);
    one.mapped(
        start.mapped() == Mapped.UNKNOWN && !ledgers.mappings().of(file.id()).isEmpty()
            ? Mapped.BY_SOMEBODY
            : start.mapped());
    one.waits();
    waiting.put(start.stamp().tid(), one);
  }

  /**
   * Returns whether a wait that begins now is of the same call as a known taking: xfs looks again
   * after each wait, and a signal may interrupt a wait.
   */
  @SuppressWarnings("ReferenceEquality") // comparing calls field by field takes long
  private static boolean isSameCall(OpenTaking known, Stamp now, Ledgers ledgers) {
    Actor actor = ledgers.actor(now);
    return known.act() == Act.TRUNCATE
        && Objects.equals(known.actor().site(), actor.site())
        && known.actor().call() == actor.call()
        && known.waitedUntil(now.nanos() - RESTART_NANOS);
  }

  private void breakFinished(TraceEvent.LayoutBreakFinished end) {
    OpenTaking one = waiting.remove(end.stamp().tid());
    if (one != null) {
      one.returned(end.stamp());
    }
  }

  private void evicted(TraceEvent.InodeEvicted event, Ledgers ledgers) {
    FileRef file = ledgers.file(event.file());
    List<Use> pins = pinsOf(file, ledgers);
    if (pins.isEmpty()) {
      latest.remove(file);
      return;
    }
    Actor actor = ledgers.freeing(event.stamp(), event.file());
    open(new OpenTaking(Act.EVICT, actor, file, event.stamp()), ledgers).awaits(pins);
  }

  private void freed(TraceEvent.BlocksFreed event, Ledgers ledgers) {
    FileRef file = ledgers.file(event.file());
    OpenTaking one = latest.get(file);
    if (one != null && event.stamp().nanos() - one.began().nanos() > BACKGROUND_NANOS) {
      one = one.isOver() ? null : one;
    }
    Optional<PageRange> frames = ledgers.blocks().frames(event.file().device(), event.blocks());
    if (one != null && frames.isPresent()) {
      for (Use use : List.copyOf(one.awaited())) {
        if (use instanceof Use.OfPin(Pin pin) && frames.get().contains(pin.pfn())) {
          one.takes(use);
        }
      }
    }
    for (Pin pin : ledgers.pinsOn(event.file().device(), event.blocks())) {
      Use use = new Use.OfPin(pin);
      if (one == null) {
        Actor actor = ledgers.freeing(event.stamp(), event.file());
        one = open(new OpenTaking(actOf(actor), actor, file, event.stamp()), ledgers);
      }
      if (isOf(pin, file, ledgers)) {
        one.awaits(List.of(use));
      }
      one.takes(use);
    }
  }

  private static Act actOf(Actor actor) {
    return actor.does().endsFile() ? Act.EVICT : Act.TRUNCATE;
  }

  private static List<Use> pinsOf(FileRef file, Ledgers ledgers) {
    List<Use> uses = new ArrayList<>();
    for (Pin pin : ledgers.pins().live()) {
      if (isOf(pin, file, ledgers)) {
        uses.add(new Use.OfPin(pin));
      }
    }
    return uses;
  }

  private static boolean isOf(Pin pin, FileRef file, Ledgers ledgers) {
    PageOwners.Owner owner = ledgers.owners().owner(pin.pfn());
    return owner != null && owner.file().equals(file);
  }

  // ---- the kernel's side, page cache

  private void removed(TraceEvent.PageRemovedFromCache event, Ledgers ledgers) {
    List<Use> uses = new ArrayList<>();
    for (Pin pin : ledgers.pins().live(event.frames())) {
      if (pin.mayLiveIn(event.mapping())) {
        uses.add(new Use.OfPin(pin));
      }
    }
    if (uses.isEmpty()) {
      return;
    }
    Actor actor = ledgers.freeing(event.stamp(), event.file());
    JavaCall call = actor.call();
    if (call != null && changesLayout(call)) {
      Removed now = removedBy.computeIfAbsent(call, _ -> new Removed());
      now.uses.addAll(uses);
      now.mapped = event.mapped();
      return;
    }
    FileRef file = ledgers.file(event.file());
    OpenTaking known = latest.get(file);
    boolean goesOn =
        known != null
            && known.began().tid() == event.stamp().tid()
            && event.stamp().nanos() - known.began().nanos() <= SAME_CALL_NANOS;
    OpenTaking one =
        goesOn ? known : open(new OpenTaking(actOf(actor), actor, file, event.stamp()), ledgers);
    one.mapped(event.mapped());
    one.awaits(uses);
    uses.forEach(one::takes);
  }

  // ---- the JVMs' calls

  private static boolean changesLayout(JavaCall call) {
    return call.effect() instanceof JavaCall.Truncated
        || call.effect() instanceof JavaCall.Deallocated;
  }

  /** Returns whether the kernel shows which pages of the file are pinned. */
  private static boolean seesPins(FileRef file, Ledgers ledgers) {
    return ledgers.seesBlocks(file) || ledgers.sight().seesRemovals();
  }

  /**
   * Notes the uses of a call's file when the call starts: pins of the page cache are known by the
   * call that took them.
   */
  private void callStarted(JavaCall call, Ledgers ledgers) {
    FileId file = call.file().map(JavaCall.Named::id).orElse(null);
    if (file == null
        || !changesLayout(call)
        || ledgers.blocks().dax(file.device()).orElse(false)
        || !ledgers.sight().seesRemovals()) {
      return;
    }
    List<Use> uses = new ArrayList<>();
    for (Pin pin : ledgers.pins().live()) {
      Use use = new Use.OfPin(pin);
      if (use.transfer() != null && file.equals(use.transfer().buffer().id())) {
        uses.add(use);
      }
    }
    if (!uses.isEmpty()) {
      usedAtStart.put(call, uses);
    }
  }

  private void callFinished(JavaCall call, Moment moment, Ledgers ledgers) {
    List<Use> used = usedAtStart.isEmpty() ? null : usedAtStart.remove(call);
    Removed gone = removedBy.isEmpty() ? null : removedBy.remove(call);
    for (Cut cut : moment.cuts()) {
      if (used != null || gone != null) {
        // The call has changed a file whose pins the kernel showed.
        OpenTaking one =
            open(new OpenTaking(Act.TRUNCATE, Actor.of(call), cut.file(), call.started()), ledgers);
        one.mapped(mapped(cut.file().id(), gone, ledgers));
        take(one, cut, used == null ? List.of() : used, gone);
      } else if (!seesPins(cut.file(), ledgers)) {
        cut(call, cut, moment.held(), ledgers);
      }
    }
  }

  /**
   * Notes the uses that a cut awaited and took.
   *
   * @param used the uses of the file when the call started
   * @param gone what the kernel showed to leave the file; null if nothing did
   */
  private static void take(OpenTaking one, Cut cut, List<Use> used, Removed gone) {
    one.awaits(used);
    if (gone == null) {
      used.stream().filter(use -> isIn(use, cut)).forEach(one::takes);
      return;
    }
    one.awaits(List.copyOf(gone.uses));
    for (Use use : gone.uses) {
      if (isIn(use, cut)) {
        one.takes(use);
      } else {
        one.takesBeside(use);
      }
    }
  }

  /** Returns whether a use lies in the cut range; a use whose range is unknown is taken to. */
  private static boolean isIn(Use use, Cut cut) {
    return use.transfer() == null || meets(use.transfer().bufferRange(), cut);
  }

  /**
   * Returns whether any process had the file mapped; of others than the audited JVMs only the
   * kernel knows.
   */
  private static Mapped mapped(FileId file, Removed gone, Ledgers ledgers) {
    if (!ledgers.mappings().of(file).isEmpty()) {
      return Mapped.BY_SOMEBODY;
    }
    return gone == null ? Mapped.UNKNOWN : gone.mapped;
  }

  /**
   * Opens a taking for a JVM's call that took pages of which only other calls of JVMs show that
   * they were in use.
   */
  private void cut(JavaCall call, Cut cut, List<Hold> held, Ledgers ledgers) {
    OpenTaking one = null;
    for (Hold hold : held) {
      if (hold.takesReferences()
          && cut.file().id().equals(hold.buffer())
          && hold.overlapsStartOf(call)) {
        if (one == null) {
          one = begun(call, cut, ledgers);
        }
        Use use = new Use.OfHold(hold);
        one.awaits(List.of(use));
        if (cut.frees() && meets(hold.bufferRange(), cut)) {
          one.takes(use);
        }
      }
    }
  }

  private OpenTaking begun(JavaCall call, Cut cut, Ledgers ledgers) {
    Act act = changesLayout(call) ? Act.TRUNCATE : Act.EVICT;
    OpenTaking one = open(new OpenTaking(act, Actor.of(call), cut.file(), call.started()), ledgers);
    one.mapped(mapped(cut.file().id(), null, ledgers));
    one.returned(
        new Stamp(
            call.endNanos(), call.started().tid(), call.started().task(), call.started().source()));
    if (!cut.sure()) {
      one.unsure(Doubt.PERHAPS_OPEN);
    }
    return one;
  }

  private static boolean meets(ByteRange used, Cut cut) {
    return used.offset() < 0
        || used.offset() < cut.range().end() && cut.range().offset() < used.end();
  }

  // ---- settling

  private OpenTaking open(OpenTaking one, Ledgers ledgers) {
    open.add(one);
    latest.put(one.file(), one);
    if (open.size() > most) {
      settleOld(one.began(), ledgers);
    }
    return one;
  }

  private void settleOld(Stamp now, Ledgers ledgers) {
    List<OpenTaking> all = open;
    open = new ArrayList<>();
    for (OpenTaking one : all) {
      if (one.isOver() && now.nanos() - one.began().nanos() > BACKGROUND_NANOS) {
        settle(one, now.nanos(), ledgers);
        latest.remove(one.file(), one);
      } else {
        open.add(one);
      }
    }
    most = Math.max(FEW, 2 * open.size());
  }

  private void settle(OpenTaking one, long endNanos, Ledgers ledgers) {
    Medium medium = Medium.of(one.file(), ledgers);
    if (one.isEmpty(_ -> true)) {
      return;
    }
    sink.took(one.settled(medium, endNanos));
    if (!medium.dax() && !one.isEmpty(Use::isPossibleOnDax)) {
      sink.tookAsIfOnDax(one.settledAsIfOnDax(medium, endNanos));
    }
  }
}
