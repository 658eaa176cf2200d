package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.linux.DeviceNumber;
import io.pinaudit.linux.RunDescription;
import java.util.ArrayList;
import java.util.List;

/** All that is live at one moment of a run; fed with its events in order. */
public final class Ledgers {
  private final Calls calls = new Calls();
  private final PinLedger pins = new PinLedger();
  private final Names names = new Names();
  private final PageOwners owners = new PageOwners();
  private final Mappings mappings = new Mappings();
  private final BlockMap blocks;
  private final boolean namesBusyPages;
  private final List<TraceEvent.EventsLost> losses = new ArrayList<>();

  /** For a run; its description may be null. */
  public Ledgers(RunDescription run) {
    this.blocks = new BlockMap(run);
    this.namesBusyPages =
        run != null
            && run.kernel() != null
            && run.kernel().probes().stream()
                .anyMatch(probe -> probe.name().equals("layout_busy_page") && probe.attached());
  }

  /** Takes one event into account. */
  public void apply(TraceEvent event) {
    switch (event) {
      case TraceEvent.CallStarted(_, JavaCall call) -> started(call);
      case TraceEvent.CallFinished(_, JavaCall call) -> finished(call);
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
      case TraceEvent.PageMapped page -> {
        blocks.pageIsFrame(page.file(), page.pageOffset(), page.pfn());
        owners.owned(new PageRange(page.pfn(), 1), names.alive(page.file()), page.pageOffset());
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
        }
      }
      case TraceEvent.SyscallEntered(Stamp stamp, String name) -> calls.entered(stamp.tid(), name);
      case TraceEvent.SyscallLeft left -> calls.left(left.stamp().tid());
      case TraceEvent.EventsLost lost -> losses.add(lost);
      case TraceEvent.BlocksFreed _,
          TraceEvent.LayoutBreakStarted _,
          TraceEvent.LayoutBreakBlocked _,
          TraceEvent.LayoutBreakFinished _,
          TraceEvent.Marked _ -> {}
    }
  }

  /** The call that mapped the memory which a call hands to the kernel; null if unknown. */
  private JavaCall mappingOf(JavaCall call) {
    return call != null && call.effect() instanceof JavaCall.Transferred transfer
        ? mappings.at(call.process(), transfer.address())
        : null;
  }

  private void started(JavaCall call) {
    calls.started(call);
    call.file().ifPresent(file -> names.named(names.alive(file.id()), file.path()));
    if (call.effect() instanceof JavaCall.Transferred transfer && transfer.storage().id() != null) {
      names.named(names.alive(transfer.storage().id()), transfer.storage().path());
    }
  }

  private void finished(JavaCall call) {
    calls.finished(call);
    switch (call.effect()) {
      case JavaCall.Mapped mapping -> mappings.mapped(call, mapping);
      case JavaCall.Unmapped range -> mappings.unmapped(call, range);
      default -> {}
    }
  }

  /**
   * Takes into account what the rules had to see the former state of: whose the blocks were that
   * are now given to a file. Called after they have seen the event.
   */
  public void settle(TraceEvent event) {
    if (event instanceof TraceEvent.BlocksAllocated allocated) {
      blocks
          .frames(allocated.file().device(), allocated.blocks())
          .ifPresent(
              frames ->
                  owners.owned(frames, names.alive(allocated.file()), allocated.pageOffset()));
    }
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

  /** Who frees blocks at a moment. */
  public Actor freeing(Stamp stamp) {
    return calls.freeing(stamp);
  }

  /** Whether the trace names the page that a layout break waits for. */
  public boolean namesBusyPages() {
    return namesBusyPages;
  }

  /** The pins that live on some blocks of a device; none if its blocks are not page frames. */
  public List<Pin> pinsOn(DeviceNumber device, PageRange range) {
    return blocks.frames(device, range).map(pins::live).orElse(List.of());
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

  /** Whether events were lost between two moments; the second is null for the end of the run. */
  public boolean lostBetween(Stamp from, Stamp to) {
    return losses.stream()
        .anyMatch(
            loss ->
                loss.stamp().nanos() >= from.nanos()
                    && (to == null || loss.sinceNanos() <= to.nanos()));
  }
}
