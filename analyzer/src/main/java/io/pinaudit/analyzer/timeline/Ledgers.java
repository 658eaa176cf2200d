package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BoundedMap;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.FileSystemType;
import io.pinaudit.run.RunDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The state of a run at one moment: the calls, pins, mappings and names that live. The events of
 * the run are applied in the order of time.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Ledgers {
  /** The largest number of deleted files that are remembered until their blocks are freed. */
  private static final int MOST_EVICTORS = 1 << 16;

  private final Calls calls = new Calls();
  private final PinLedger pins = new PinLedger();
  private final Names names = new Names();
  private final PageOwners owners = new PageOwners();
  private final Mappings mappings = new Mappings();
  private final Holds holds = new Holds();
  private final Cuts cuts = new Cuts(names, mappings);
  private final Map<FileId, Actor> evictors = BoundedMap.ofYoungest(MOST_EVICTORS);
  private final Departures departures = new Departures();
  private final BlockMap blocks;
  private final Sight sight;
  private final Tasks tasks;
  private final Cutters cutters;
  private final Share share;

  /** The last moment that rules have seen and whose later consequences are not yet applied. */
  private Moment unsettled;

  /** Makes the ledgers of a run, whose description may be null. */
  public Ledgers(RunDescription run) {
    this(run, Share.ALL);
  }

  /**
   * Makes the ledgers of a share of a run.
   *
   * @param run its description; may be null
   * @param share of whose page frames pins and owners are kept
   */
  public Ledgers(RunDescription run, Share share) {
    this.share = share;
    this.blocks = new BlockMap(run);
    this.sight = new Sight(run);
    this.tasks = new Tasks(run);
    this.cutters = new Cutters(run);
  }

  /**
   * Applies one event.
   *
   * <p>Some consequences are applied only with the next event or the end of the run, because the
   * rules need the state before: for example, which file owned the blocks that another file gets
   * now.
   *
   * @return the event and its effects
   */
  public Moment apply(TraceEvent event) {
    settle();
    sight.apply(event);
    unsettled = moment(event);
    return share.judgesCalls() ? unsettled : unsettled.withoutCuts();
  }

  private Moment moment(TraceEvent event) {
    if (event instanceof TraceEvent.CallFinished(Stamp stamp, JavaCall call)) {
      return finished(event, call, stamp);
    }
    if (event instanceof TraceEvent.FileCut cut) {
      return cut(cut);
    }
    take(event);
    return Moment.of(event);
  }

  private void take(TraceEvent event) {
    switch (event) {
      // The cases are tried in this order: a trace of a whole machine has most of the first three.
      case TraceEvent.SyscallEntered(Stamp stamp, Operation syscall) -> {
        calls.entered(stamp.tid(), syscall);
        departures.begun(stamp.tid());
      }
      case TraceEvent.SyscallLeft left -> calls.left(left.stamp().tid());
      case TraceEvent.PageRemovedFromCache _ -> {}
      case TraceEvent.CallStarted(_, JavaCall call) -> started(call);
      case TraceEvent.PinTaken taken -> {
        if (share.has(taken.pfn())) {
          Actor holder = calls.pinning(taken.stamp(), owners.owner(taken.pfn()));
          pins.taken(taken, holder, mappingOf(holder.call()));
        }
      }
      case TraceEvent.BioFilling(Stamp stamp, long bio) -> pins.filling(stamp, bio);
      case TraceEvent.BioFilled(Stamp stamp) -> pins.filled(stamp);
      case TraceEvent.BioReleased(Stamp stamp, long bio) -> pins.released(stamp, bio);
      case TraceEvent.PipeFilled filled -> pins.lent(filled);
      case TraceEvent.PipeReleased released -> pins.released(released);
      case TraceEvent.PinDropped dropped -> pins.dropped(dropped);
      case TraceEvent.PageIdle idle -> pins.idle(idle);
      case TraceEvent.PageMapped page -> {
        blocks.pageIsFrame(page.file(), page.pageOffset(), page.frames().first());
        owned(page.frames(), names.alive(page.file()), page.pageOffset());
      }
      case TraceEvent.BlocksAllocated allocated -> {
        names.alive(allocated.file());
        blocks.pagesAreBlocks(allocated.file(), allocated.pageOffset(), allocated.blocks());
      }
      case TraceEvent.ExtentRemoved removed -> {
        blocks.pagesAreBlocks(removed.file(), removed.pageOffset(), removed.blocks());
        blocks
            .frames(removed.file().device(), removed.blocks())
            .ifPresent(
                frames -> owned(frames, names.current(removed.file()), removed.pageOffset()));
      }
      case TraceEvent.PageLeft left -> {
        if (share.has(left.frames().first())) {
          departures.left(left, holder(left));
        }
      }
      case TraceEvent.InodeEvicted evicted -> {
        if (evicted.links() == 0) {
          departures.deleted(evicted);
          names.evicted(evicted.file());
          evictors.put(evicted.file(), calls.freeing(evicted.stamp()));
        }
      }
      case TraceEvent.ExtentMapped mapped -> {
        if (mapped.isNew()) {
          names.alive(mapped.file());
        }
      }
      case TraceEvent.SizeAsked asked -> cutters.asked(asked, actorWithProcess(asked.stamp()));
      case TraceEvent.TaskStarted task -> tasks.started(task);
      case TraceEvent.UserChanged change -> tasks.changed(change);
      case TraceEvent.AccessFailed failed -> {
        if (tasks.jvm(failed.tid()) != null) {
          sight.fault();
        }
      }
      case TraceEvent.CallFinished _,
          TraceEvent.FileCut _,
          TraceEvent.EventsLost _,
          TraceEvent.BlocksFreed _,
          TraceEvent.LayoutBreak _,
          TraceEvent.ThreadStarted _,
          TraceEvent.Marked _ -> {}
    }
  }

  /**
   * Applies a cut of a file. What a hooked call cuts is told when that call has ended, by its
   * arguments.
   */
  private Moment cut(TraceEvent.FileCut event) {
    Actor actor = actorWithProcess(event.stamp());
    Cutters.Told told = cutters.cut(event, actor, mappings).orElse(null);
    if (told == null) {
      return Moment.of(event);
    }
    Cutters.Cutting cutting = told.cutting();
    if (told.isAgain() || actor.call() != null || cutting.newSize() < 0) {
      return Moment.of(event, cutting);
    }
    List<Cut> taken = new ArrayList<>();
    List<Hold> held = new ArrayList<>();
    for (FileId file : cutters.namesOf(event.file())) {
      List<Hold> ofFile = holds.of(file);
      if (!ofFile.isEmpty()) {
        held.addAll(ofFile);
        cuts.sized(file, cutting.newSize()).ifPresent(taken::add);
      }
    }
    return taken.isEmpty()
        ? Moment.of(event, cutting)
        : new Moment(event, taken, Set.of(), held, cutting);
  }

  /** Returns the latest of those holds that the departing pages may be held by; null if none is. */
  private Hold holder(TraceEvent.PageLeft left) {
    ByteRange range = new PageRange(left.pageOffset(), left.frames().count()).bytes();
    List<Hold> holds = holding(left.file(), range);
    return holds.isEmpty() ? null : holds.getLast();
  }

  /**
   * Returns what the JVMs hold of a range of a file's mapped memory with references to its pages,
   * in the order in which they began to; the end of a loan to a pipe is not known.
   */
  public List<Hold> holding(FileId file, ByteRange range) {
    return holds.of(file).stream()
        .filter(hold -> hold.takesReferences() && file.equals(hold.buffer()))
        .filter(hold -> hold.mayMeet(range))
        .sorted(Comparator.comparingLong(hold -> hold.call().started().nanos()))
        .toList();
  }

  /** Returns the call that mapped the memory which a call hands to the kernel; null if unknown. */
  private JavaCall mappingOf(JavaCall call) {
    return call != null && call.effect() instanceof JavaCall.HandsOver handed
        ? mappings.at(call.process(), handed.address())
        : null;
  }

  /** Returns what the JVMs hold of the memory and files that a call may take away. */
  private List<Hold> heldAgainst(JavaCall call) {
    return switch (call.effect()) {
      case JavaCall.Unmapped range -> {
        List<Hold> there = holds.of(call.process(), range);
        yield cuts.anyNameless() ? withNameless(there, call.process(), range) : there;
      }
      case JavaCall.TakesAway _ -> call.file().map(file -> holds.of(file.id())).orElse(List.of());
      case JavaCall.Maps _, JavaCall.HandsOver _, JavaCall.GivesBack _, JavaCall.Harmless _ ->
          List.of();
    };
  }

  /** Adds the holds of those files that only mappings in a range of addresses keep. */
  private List<Hold> withNameless(List<Hold> there, String process, JavaCall.Unmapped range) {
    Set<Hold> held = new LinkedHashSet<>(there);
    mappings.files(process, range).stream()
        .filter(cuts::isNameless)
        .forEach(file -> held.addAll(holds.of(file)));
    return List.copyOf(held);
  }

  private void started(JavaCall call) {
    departures.begun(call.started().tid());
    tasks.called(call);
    Hold hold = holds.started(call, mappingOf(call));
    calls.started(new Calls.Open(call, hold, heldAgainst(call)));
    JavaCall.Named file = call.file().orElse(null);
    if (file != null) {
      named(file);
    }
    switch (call.effect()) {
      case JavaCall.Transferred transfer -> named(transfer.storage());
      case JavaCall.Copied copied -> {
        named(copied.source());
        named(copied.target());
      }
      case JavaCall.Waited waited -> sight.held(waited);
      case JavaCall.Guarded guarded -> sight.guarded(call, guarded);
      case JavaCall.Maps _,
          JavaCall.Pinned _,
          JavaCall.GivesBack _,
          JavaCall.TakesAway _,
          JavaCall.Renamed _,
          JavaCall.FoundShort _,
          JavaCall.Freed _,
          JavaCall.ThreadOrdered _,
          JavaCall.Unread _,
          JavaCall.Other _ -> {}
    }
  }

  private void named(JavaCall.Named file) {
    if (file.id() != null) {
      names.used(file.id(), file.path());
    }
  }

  private Moment finished(TraceEvent event, JavaCall call, Stamp end) {
    Calls.Open open = calls.finished(call);
    if (open.hold() != null) {
      Stamp ended = new Stamp(call.endNanos(), end.tid(), end.task(), end.source());
      holds.end(open.hold(), ended);
    }
    holds.finished(call);
    Set<FileId> unmapped = mapped(call);
    for (FileId file : unmapped) {
      if (!mappings.maps(file)) {
        cutters.unmapped(file);
      }
    }
    return new Moment(event, cuts.of(call, unmapped), unmapped, open.held(), null);
  }

  /**
   * Applies the effect of a call on mappings and names; returns the files of which the call
   * unmapped a part.
   */
  private Set<FileId> mapped(JavaCall call) {
    return switch (call.effect()) {
      case JavaCall.Mapped mapping -> {
        mappings.mapped(call, mapping);
        yield Set.of();
      }
      case JavaCall.StillMapped mapping -> {
        mappings.stillMapped(call, mapping);
        yield Set.of();
      }
      case JavaCall.Unmapped range -> mappings.unmapped(call, range);
      case JavaCall.Renamed renamed -> {
        if (call.error() == null) {
          named(new JavaCall.Named(renamed.file().id(), renamed.newPath()));
        }
        yield Set.of();
      }
      case JavaCall.TakesAway _,
          JavaCall.HandsOver _,
          JavaCall.GivesBack _,
          JavaCall.Copied _,
          JavaCall.FoundShort _,
          JavaCall.Freed _,
          JavaCall.ThreadOrdered _,
          JavaCall.Unread _,
          JavaCall.Waited _,
          JavaCall.Guarded _,
          JavaCall.Other _ ->
          Set.of();
    };
  }

  /**
   * Applies the remaining consequences of the last event, whose former state the rules have seen by
   * now.
   */
  private void settle() {
    Moment last = unsettled;
    unsettled = null;
    boolean quiet =
        last == null || last.event() instanceof TraceEvent.CallEvent && last.cuts().isEmpty();
    if (quiet) { // nearly every call
      return;
    }
    switch (last.event()) {
      case TraceEvent.SyscallEvent _ -> {}
      case TraceEvent.BlocksAllocated given ->
          owned(given.file(), given.pageOffset(), given.blocks());
      case TraceEvent.ExtentMapped given -> owned(given.file(), given.pageOffset(), given.blocks());
      case TraceEvent.CallFinished(_, JavaCall call) -> {
        for (Cut cut : last.cuts()) {
          if (cut.range().offset() == 0 && cut.frees()) {
            emptied(call, cut.file().id());
          }
        }
      }
      case TraceEvent.BlocksFreed freed ->
          blocks.frames(freed.file().device(), freed.blocks()).ifPresent(departures::settled);
      case TraceEvent.CallStarted _, TraceEvent.KernelEvent _, TraceEvent.EventsLost _ -> {}
    }
  }

  /**
   * Notes that nothing of a file is left to be held. If the file has no name either, the file
   * system may reuse its inode number; the kernel's events tell when, if they were recorded.
   */
  private void emptied(JavaCall call, FileId file) {
    holds.forget(file);
    boolean truncated =
        call.effect() instanceof JavaCall.Truncated
            || call.effect() instanceof JavaCall.Deallocated;
    if (!truncated && !tellsEvictions(file)) {
      names.evicted(file);
    }
  }

  /** Returns whether the kernel's events tell when the file is gone. */
  private boolean tellsEvictions(FileId file) {
    String type = blocks.fileSystem(file.device());
    return sight.kernelSeen() && (type == null || FileSystemType.named(type).tellsCuts());
  }

  private void owned(FileId file, long pageOffset, PageRange range) {
    blocks
        .frames(file.device(), range)
        .ifPresent(frames -> owned(frames, names.current(file), pageOffset));
  }

  private void owned(PageRange frames, FileRef file, long pageOffset) {
    if (share.has(frames.first())) {
      owners.owned(frames, file, pageOffset);
    }
  }

  /**
   * Ends the run: gives every file that is still unnamed the name that the recorder found at the
   * end.
   *
   * @param run the run's description; may be null
   */
  public void finish(RunDescription run) {
    settle();
    if (run != null) {
      run.files()
          .forEach(file -> names.namedAtEnd(new FileId(file.device(), file.inode()), file.path()));
    }
  }

  /** Returns who acts at a moment. */
  public Actor actor(Stamp stamp) {
    return calls.actor(stamp);
  }

  private Actor actorWithProcess(Stamp stamp) {
    Actor actor = calls.actor(stamp);
    return new Actor(actor.tid(), actor.task(), actor.call(), actor.syscall(), tasks.of(stamp));
  }

  /**
   * Returns the audited JVM that a thread belongs to, as the calls of that JVM name it; null if
   * there is none.
   */
  public String jvm(int tid) {
    return tasks.jvm(tid);
  }

  /** Returns the process that a thread belongs to; the thread itself if that is not known. */
  public int process(int tid) {
    return tasks.process(tid);
  }

  /** Returns the ledger of who has cut mapped files lately. */
  public Cutters cutters() {
    return cutters;
  }

  /**
   * Returns who frees blocks of a file at a moment; if a kernel thread frees them, returns who
   * deleted the file.
   *
   * <p>xfs frees the blocks of a deleted file in the background, some time after its last close.
   */
  public Actor freeing(Stamp stamp, FileId file) {
    Actor actor = calls.freeing(stamp);
    return actor.call() == null && actor.syscall() == null
        ? evictors.getOrDefault(file, actor)
        : actor;
  }

  /** Returns the share of the run that is judged. */
  public Share share() {
    return share;
  }

  /**
   * Returns whether an event is one for the rules: all are but those of the page frames of another
   * share.
   */
  public boolean concerns(TraceEvent event) {
    return switch (event) {
      case TraceEvent.SyscallEvent _ -> true;
      case TraceEvent.PageRemovedFromCache removed -> share.has(removed.frames().first());
      case TraceEvent.LayoutBreakBlocked blocked -> share.has(blocked.pfn());
      case TraceEvent.CallEvent _, TraceEvent.KernelEvent _, TraceEvent.EventsLost _ -> true;
    };
  }

  /** Returns what could be seen of the run, and what was lost. */
  public Sight sight() {
    return sight;
  }

  /**
   * Returns whether the kernel's events show what became of a file's blocks, so that the rules need
   * not infer it from the calls of the JVM.
   */
  public boolean seesBlocks(FileRef file) {
    return (sight.seesBlocks() || sight.seesCounts())
        && blocks.frames(file.id().device(), new PageRange(0, 1)).isPresent();
  }

  /**
   * Returns the live pins of some blocks of a device; none if the device's blocks are not page
   * frames.
   */
  public List<Pin> pinsOn(DeviceNumber device, PageRange range) {
    return blocks.frames(device, range).map(pins::live).orElse(List.of());
  }

  /**
   * Returns the pins that asynchronous system calls took on pages of files that a JVM has mapped in
   * a range of addresses.
   */
  public List<Pin> asynchronousPinsUnder(String process, JavaCall.Unmapped range) {
    List<Pin> asynchronous = pins.asynchronous();
    return asynchronous.isEmpty()
        ? List.of()
        : asynchronous.stream().filter(pin -> isMapped(pin, process, range)).toList();
  }

  private boolean isMapped(Pin pin, String process, JavaCall.Unmapped range) {
    PageOwners.Owner page = owners.owner(pin.pfn());
    return page != null
        && mappings.covers(
            process, range, page.file().id(), page.pageOffset() * PageRange.PAGE_BYTES);
  }

  /** Returns the pages that lately left a DAX file while somebody held them. */
  public Departures departures() {
    return departures;
  }

  /**
   * Returns how many pins of pages live and how much I/O of JVMs is in flight, and since when, in
   * nanoseconds of the timeline.
   */
  public LongSummaryStatistics heldSince() {
    return LongStream.concat(
            pins.live().stream().mapToLong(pin -> pin.taken().nanos()),
            holds.live().mapToLong(hold -> hold.call().started().nanos()))
        .summaryStatistics();
  }

  /** Returns the live mappings. */
  public Mappings mappings() {
    return mappings;
  }

  /** Returns the live pins. */
  public PinLedger pins() {
    return pins;
  }

  /** Returns the names of files. */
  public Names names() {
    return names;
  }

  /** Returns the file that has an inode number now. */
  public FileRef file(FileId id) {
    return names.current(id);
  }

  /** Returns the owners of page frames. */
  public PageOwners owners() {
    return owners;
  }

  /** Returns the map of blocks to page frames. */
  public BlockMap blocks() {
    return blocks;
  }
}
