package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that is live at one moment of a run; fed with its events in order. */
public final class Ledgers {
  /** So many deleted files may wait for their blocks to be freed. */
  private static final int MOST_EVICTORS = 1 << 16;

  /** Evidence of what ends a pin. */
  private static final Set<String> ENDS = Set.of("drops", "bios", "pipes", "cached_pins");

  private final Calls calls = new Calls();
  private final PinLedger pins = new PinLedger();
  private final Names names = new Names();
  private final PageOwners owners = new PageOwners();
  private final Mappings mappings = new Mappings();
  private final Holds holds = new Holds();
  private final Cuts cuts = new Cuts(names, mappings);
  private final IdentityHashMap<JavaCall, List<Hold>> heldAtStart = new IdentityHashMap<>();
  private List<Cut> cutNow = List.of();
  private Set<FileId> unmappedNow = Set.of();
  private boolean kernelSeen;
  private boolean removalsSeen;
  private final Map<FileId, Actor> evictors =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileId, Actor> eldest) {
          return size() > MOST_EVICTORS;
        }
      };
  private final BlockMap blocks;
  private final Set<String> attached = new HashSet<>();
  private final boolean described;
  private final boolean namesBusyPages;
  private final List<TraceEvent.EventsLost> losses = new ArrayList<>();

  /** Whether a probe of that did not see each of its hits: when that was is not known. */
  private final boolean endsMissed;

  /** Whether the recorder tells how much it has missed: bpftrace, in interrupts, does not. */
  private final boolean countsMisses;

  /** For a run; its description may be null. */
  public Ledgers(RunDescription run) {
    this.blocks = new BlockMap(run);
    this.described = run != null && run.kernel() != null;
    List<KernelSide.ProbeState> probes =
        described
            ? run.kernel().probes().stream().filter(KernelSide.ProbeState::attached).toList()
            : List.of();
    probes.forEach(probe -> attached.add(probe.evidence()));
    this.endsMissed =
        probes.stream().anyMatch(probe -> probe.missed() > 0 && ENDS.contains(probe.evidence()));
    this.countsMisses =
        probes.stream().noneMatch(probe -> probe.missed() == KernelSide.ProbeState.UNCOUNTED);
    this.namesBusyPages =
        probes.stream().anyMatch(probe -> probe.name().equals("layout_busy_page"));
  }

  /** Takes one event into account. */
  public void apply(TraceEvent event) {
    cutNow = List.of();
    unmappedNow = Set.of();
    kernelSeen |=
        !(event instanceof TraceEvent.CallStarted || event instanceof TraceEvent.CallFinished);
    switch (event) {
      case TraceEvent.CallStarted(_, JavaCall call) -> started(call);
      case TraceEvent.CallFinished(Stamp stamp, JavaCall call) -> finished(call, stamp);
      case TraceEvent.PinTaken taken -> {
        Actor holder = calls.pinning(taken.stamp(), owners.owner(taken.pfn()));
        pins.taken(taken, holder, mappingOf(holder.call()));
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
        owners.owned(page.frames(), names.alive(page.file()), page.pageOffset());
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
                frames ->
                    owners.owned(frames, names.current(removed.file()), removed.pageOffset()));
      }
      case TraceEvent.InodeEvicted evicted -> {
        if (evicted.links() == 0) {
          names.evicted(evicted.file());
          evictors.put(evicted.file(), calls.freeing(evicted.stamp()));
        }
      }
      case TraceEvent.ExtentMapped mapped -> {
        if (mapped.isNew()) {
          names.alive(mapped.file());
        }
      }
      case TraceEvent.SyscallEntered(Stamp stamp, String name) -> calls.entered(stamp.tid(), name);
      case TraceEvent.SyscallLeft left -> calls.left(left.stamp().tid());
      case TraceEvent.EventsLost lost -> lost(lost);
      case TraceEvent.PageRemovedFromCache _ -> removalsSeen = true;
      case TraceEvent.BlocksFreed _,
          TraceEvent.LayoutBreakStarted _,
          TraceEvent.LayoutBreakBlocked _,
          TraceEvent.LayoutBreakFinished _,
          TraceEvent.ThreadStarted _,
          TraceEvent.Marked _ -> {}
    }
  }

  /** Gaps that overlap are one: a trace may have more of them than memory holds. */
  private void lost(TraceEvent.EventsLost gap) {
    TraceEvent.EventsLost last = losses.isEmpty() ? null : losses.removeLast();
    if (last == null) {
      losses.add(gap);
    } else if (gap.sinceNanos() > last.stamp().nanos()) {
      losses.add(last);
      losses.add(gap);
    } else {
      boolean longer = gap.stamp().nanos() >= last.stamp().nanos();
      long since = Math.min(last.sinceNanos(), gap.sinceNanos());
      losses.add(
          new TraceEvent.EventsLost(longer ? gap.stamp() : last.stamp(), since, gap.cpu(), 0));
    }
  }

  /** The call that mapped the memory which a call hands to the kernel; null if unknown. */
  private JavaCall mappingOf(JavaCall call) {
    return switch (call == null ? new JavaCall.Other() : call.effect()) {
      case JavaCall.Transferred transfer -> mappings.at(call.process(), transfer.address());
      case JavaCall.Pinned pin -> mappings.at(call.process(), pin.address());
      case JavaCall.Mapped _,
          JavaCall.StillMapped _,
          JavaCall.Unmapped _,
          JavaCall.Truncated _,
          JavaCall.Deallocated _,
          JavaCall.Deleted _,
          JavaCall.Closed _,
          JavaCall.TransferEnded _,
          JavaCall.Unpinned _,
          JavaCall.Renamed _,
          JavaCall.Copied _,
          JavaCall.Other _ ->
          null;
    };
  }

  /** What the JVMs hold of that which a call may take away. */
  private List<Hold> heldAgainst(JavaCall call) {
    return switch (call.effect()) {
      case JavaCall.Unmapped range -> {
        List<Hold> there = holds.of(call.process(), range);
        yield cuts.anyNameless() ? withNameless(there, call.process(), range) : there;
      }
      case JavaCall.Truncated _, JavaCall.Deallocated _, JavaCall.Deleted _, JavaCall.Closed _ ->
          call.file().map(file -> holds.of(file.id())).orElse(List.of());
      case JavaCall.Mapped _,
          JavaCall.StillMapped _,
          JavaCall.Transferred _,
          JavaCall.TransferEnded _,
          JavaCall.Pinned _,
          JavaCall.Unpinned _,
          JavaCall.Renamed _,
          JavaCall.Copied _,
          JavaCall.Other _ ->
          List.of();
    };
  }

  /** And what is held of files that nothing but the mappings in a range keeps. */
  private List<Hold> withNameless(List<Hold> there, String process, JavaCall.Unmapped range) {
    Set<Hold> held = new LinkedHashSet<>(there);
    mappings.files(process, range).stream()
        .filter(cuts::isNameless)
        .forEach(file -> held.addAll(holds.of(file)));
    return List.copyOf(held);
  }

  private void started(JavaCall call) {
    calls.started(call);
    holds.started(call, mappingOf(call));
    List<Hold> held = heldAgainst(call);
    if (!held.isEmpty()) {
      heldAtStart.put(call, held);
    }
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
      default -> {}
    }
  }

  private void named(JavaCall.Named file) {
    if (file.id() != null) {
      names.named(names.alive(file.id()), file.path());
    }
  }

  private void finished(JavaCall call, Stamp end) {
    calls.finished(call);
    holds.finished(call, new Stamp(call.endNanos(), end.tid(), end.task(), end.source()));
    switch (call.effect()) {
      case JavaCall.Mapped mapping -> mappings.mapped(call, mapping);
      case JavaCall.StillMapped mapping -> mappings.stillMapped(call, mapping);
      case JavaCall.Unmapped range -> unmappedNow = mappings.unmapped(call, range);
      case JavaCall.Renamed renamed -> {
        if (call.error() == null) {
          named(new JavaCall.Named(renamed.file().id(), renamed.newPath()));
        }
      }
      case JavaCall.Truncated _,
          JavaCall.Deallocated _,
          JavaCall.Deleted _,
          JavaCall.Closed _,
          JavaCall.Transferred _,
          JavaCall.TransferEnded _,
          JavaCall.Pinned _,
          JavaCall.Unpinned _,
          JavaCall.Copied _,
          JavaCall.Other _ -> {}
    }
    cutNow = cuts.of(call, unmappedNow);
  }

  /**
   * Takes into account what the rules had to see the former state of: whose the blocks were that
   * are now given to a file. Called after they have seen the event.
   */
  public void settle(TraceEvent event) {
    switch (event) {
      case TraceEvent.BlocksAllocated given ->
          owned(given.file(), given.pageOffset(), given.blocks());
      case TraceEvent.ExtentMapped given -> owned(given.file(), given.pageOffset(), given.blocks());
      case TraceEvent.CallFinished(_, JavaCall call) -> {
        if (!heldAtStart.isEmpty()) {
          heldAtStart.remove(call);
        }
        for (Cut cut : cutNow) {
          if (cut.range().offset() == 0 && cut.frees()) {
            emptied(call, cut.file().id());
          }
        }
      }
      default -> {}
    }
  }

  /**
   * Nothing of the file is left to be held. If it has no name either, its inode number may be given
   * away; where there is a kernel's side, that tells when.
   */
  private void emptied(JavaCall call, FileId file) {
    holds.forget(file);
    boolean truncated =
        call.effect() instanceof JavaCall.Truncated
            || call.effect() instanceof JavaCall.Deallocated;
    if (!truncated && !kernelSeen) {
      names.evicted(file);
    }
  }

  private void owned(FileId file, long pageOffset, PageRange range) {
    blocks
        .frames(file.device(), range)
        .ifPresent(frames -> owners.owned(frames, names.current(file), pageOffset));
  }

  /** Names every file that is still unnamed with what the recorder found at the end. */
  public void nameAtEnd(RunDescription run) {
    run.files()
        .forEach(file -> names.namedAtEnd(new FileId(file.device(), file.inode()), file.path()));
  }

  /** Who acts at a moment. */
  public Actor actor(Stamp stamp) {
    return calls.actor(stamp);
  }

  /**
   * Who frees blocks of a file at a moment: if a kernel thread does, whoever deleted the file.
   *
   * <p>xfs frees the blocks of a deleted file in the background, some time after its last close.
   */
  public Actor freeing(Stamp stamp, FileId file) {
    Actor actor = calls.freeing(stamp);
    return actor.call() == null && actor.syscall() == null
        ? evictors.getOrDefault(file, actor)
        : actor;
  }

  /**
   * Whether the kernel's side tells what became of a file's blocks, so that nothing has to be
   * inferred from the calls of the JVM.
   */
  public boolean seesBlocks(FileRef file) {
    return kernelTells("pins")
        && kernelTells("drops")
        && kernelTells("frees")
        && blocks.frames(file.id().device(), new PageRange(0, 1)).isPresent();
  }

  /** Whether the kernel's side tells of pages that leave the page cache while pinned. */
  public boolean seesRemovals() {
    return removalsSeen || described && attached.containsAll(Set.of("cached_pins", "removals"));
  }

  /** Whether the kernel's side tells of layout breaks. */
  public boolean seesWaits() {
    return kernelTells("waits");
  }

  private boolean kernelTells(String evidence) {
    return described ? attached.contains(evidence) : kernelSeen;
  }

  /** Whether the trace names the page that a layout break waits for. */
  public boolean namesBusyPages() {
    return namesBusyPages;
  }

  /** The pins that live on some blocks of a device; none if its blocks are not page frames. */
  public List<Pin> pinsOn(DeviceNumber device, PageRange range) {
    return blocks.frames(device, range).map(pins::live).orElse(List.of());
  }

  /** What the call that has just ended took from files. */
  public List<Cut> cuts() {
    return cutNow;
  }

  /** The files that the call that has just ended unmapped something of. */
  public Set<FileId> unmapped() {
    return unmappedNow;
  }

  /** What the JVMs held of that when the call began. */
  public List<Hold> heldAtStart(JavaCall call) {
    return heldAtStart.isEmpty() ? List.of() : heldAtStart.getOrDefault(call, List.of());
  }

  /**
   * Pins that asynchronous system calls took on pages of files that a JVM has mapped in a range of
   * addresses.
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

  /** The live mappings. */
  public Mappings mappings() {
    return mappings;
  }

  /** The live pins. */
  public PinLedger pins() {
    return pins;
  }

  /** What files are called. */
  public Names names() {
    return names;
  }

  /** The file that now has an inode number. */
  public FileRef file(FileId id) {
    return names.current(id);
  }

  /** Owners of page frames. */
  public PageOwners owners() {
    return owners;
  }

  /** Blocks and frames. */
  public BlockMap blocks() {
    return blocks;
  }

  /** Whether a pin's end was seen, or would have been. */
  public boolean knowsEnd(Pin pin) {
    return mayMissEnd(pin) ? pin.releaseSeen() : pin.dropped() != null || pin.traced();
  }

  /**
   * Whether the recorder may miss the end of a pin and cannot tell: bios are released in
   * interrupts, and there bpftrace does not count what it misses.
   */
  public boolean mayMissEnd(Pin pin) {
    return pin.inBio() && !countsMisses;
  }

  /** Whether a probe of ends of pins missed some of its hits: when that was is not known. */
  public boolean missedEnds() {
    return endsMissed;
  }

  /** Whether events were lost between two moments; the second is null for the end of the run. */
  public boolean lostBetween(Stamp from, Stamp to) {
    return losses.stream()
        .anyMatch(
            loss ->
                loss.stamp().nanos() >= from.nanos()
                    && (to == null || loss.sinceNanos() <= to.nanos()));
  }
}
