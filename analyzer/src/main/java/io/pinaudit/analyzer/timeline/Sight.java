package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What could be seen of a run, and what was lost. The rules and the verdict ask only this class for
 * it.
 *
 * <p>The description of a run says which probes were attached. If a run has no description, the
 * kernel's events are taken to be complete as soon as there is one of them. Confined to the thread
 * that feeds the timeline.
 */
public final class Sight {
  /** The probe that names the page for which a call waits. */
  static final String BUSY_PAGE_PROBE = "layout_busy_page";

  private static final int MOST_LOSSES = 1 << 12;

  /** The evidence that ends pins. */
  private static final Set<Evidence> ENDS =
      EnumSet.of(Evidence.DROPS, Evidence.BIOS, Evidence.PIPES, Evidence.CACHED_PINS);

  private RunDescription run; // null if there is none
  private final boolean described;
  private final Set<Evidence> attached = EnumSet.noneOf(Evidence.class);
  private final boolean namesBusyPages;
  private boolean endsMissed;
  private final boolean countsMisses;
  private final List<TraceEvent.EventsLost> losses = new ArrayList<>();
  private final Waits waits = new Waits();
  private final Interventions interventions = new Interventions();
  private boolean kernelSeen;
  private boolean callsSeen;
  private boolean removalsSeen;
  private boolean faulted;
  private boolean jvmsSawNoDax;

  /**
   * Makes the sight of one run.
   *
   * @param run its description; may be null
   */
  Sight(RunDescription run) {
    this.run = run;
    described = run != null && run.kernel() != null;
    List<KernelSide.ProbeState> probes = attached(run);
    if (described) {
      attached.addAll(Evidence.of(run.kernel()));
    }
    namesBusyPages = probes.stream().anyMatch(probe -> probe.name().equals(BUSY_PAGE_PROBE));
    countsMisses =
        probes.stream().noneMatch(probe -> probe.missed() == KernelSide.ProbeState.UNCOUNTED);
    endsMissed = missesEnds(probes);
  }

  private static List<KernelSide.ProbeState> attached(RunDescription run) {
    return run == null || run.kernel() == null
        ? List.of()
        : run.kernel().probes().stream().filter(KernelSide.ProbeState::attached).toList();
  }

  private static boolean missesEnds(List<KernelSide.ProbeState> probes) {
    return probes.stream()
        .filter(probe -> probe.missed() > 0)
        .anyMatch(probe -> Evidence.named(probe.evidence()).filter(ENDS::contains).isPresent());
  }

  /**
   * Takes the description that the recorder wrote when the run ended for the one that it wrote when
   * the run began: the mounts of the whole run are in it, and what the probes missed.
   */
  public void describe(RunDescription last) {
    run = last;
    endsMissed = missesEnds(attached(last));
  }

  /** Takes one event into account. */
  void apply(TraceEvent event) {
    boolean isCall = event instanceof TraceEvent.CallEvent;
    kernelSeen |= !isCall;
    callsSeen |= isCall;
    if (event instanceof TraceEvent.EventsLost lost) {
      lost(lost);
    } else if (event instanceof TraceEvent.PageRemovedFromCache) {
      removalsSeen = true;
    }
  }

  /** Notes that a thread was held for a plan. */
  void held(JavaCall.Waited waited) {
    waits.add(waited);
  }

  /** Notes that the guard of an agent stepped in. */
  void guarded(JavaCall call, JavaCall.Guarded guarded) {
    interventions.add(call, guarded);
  }

  /** Returns what the guard of the agent did. */
  public Interventions interventions() {
    return interventions;
  }

  /** Returns whether there was a call of a JVM. */
  public boolean callsSeen() {
    return callsSeen;
  }

  /** Returns how often threads were held for a plan. */
  public Waits waits() {
    return waits;
  }

  /**
   * Notes a gap. Overlapping gaps become one, and so do the oldest, when there are many: a trace
   * may have more of them than fit into memory.
   */
  private void lost(TraceEvent.EventsLost gap) {
    if (losses.size() > MOST_LOSSES) {
      TraceEvent.EventsLost first = losses.removeFirst();
      TraceEvent.EventsLost second = losses.removeFirst();
      losses.addFirst(
          new TraceEvent.EventsLost(second.stamp(), first.sinceNanos(), second.cpu(), 0));
    }
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

  /**
   * Returns the evidence that the kernel's events give: all kinds if there is no description of the
   * probes.
   */
  public Set<Evidence> kernelEvidence() {
    return described ? attached : EnumSet.complementOf(EnumSet.of(Evidence.CALLS));
  }

  /**
   * Returns a clause for people that says why no file of the run was on a DAX file system; empty if
   * one may have been.
   */
  public Optional<String> withoutDax() {
    boolean mountsKnown = run != null && !run.mounts().isEmpty();
    if (!mountsKnown) {
      return jvmsSawNoDax
          ? Optional.of("no file system that the JVM sees is mounted with DAX")
          : Optional.empty();
    }
    return run.mounts().stream().noneMatch(this::mayBeDax)
        ? Optional.of("no file system of this machine is mounted with DAX")
        : Optional.empty();
  }

  /**
   * Returns whether files of a mount may have DAX: on persistent memory each file may ask for DAX
   * for itself ({@code dax=inode}).
   */
  private boolean mayBeDax(Mount mount) {
    return mount.dax()
        || run.devices().stream()
            .filter(device -> device.number().equals(mount.number()))
            .anyMatch(device -> device.kind() != BlockDevice.Kind.OTHER);
  }

  /** Notes that each JVM saw its mounts, and that none of them may have files with DAX. */
  public void jvmsSawNoDax() {
    jvmsSawNoDax = true;
  }

  /** Notes that an access to mapped memory has failed in this run. */
  public void fault() {
    faulted = true;
  }

  /**
   * Returns whether an access to mapped memory failed, which proves that some thread could reach a
   * mapping that was cut.
   */
  public boolean faulted() {
    return faulted;
  }

  /** Returns whether there was an event of the kernel. */
  boolean kernelSeen() {
    return kernelSeen;
  }

  private boolean sees(Evidence evidence) {
    return described ? attached.contains(evidence) : kernelSeen;
  }

  /**
   * Returns whether the kernel's events show which pages are pinned and which blocks are freed, so
   * that the rules need not infer it from the calls of the JVM.
   */
  boolean seesBlocks() {
    return sees(Evidence.PINS) && sees(Evidence.DROPS) && sees(Evidence.FREES);
  }

  /**
   * Returns whether the kernel's events show which pages are held when they leave a DAX file, by
   * the counts of their references, and which blocks are freed.
   */
  public boolean seesCounts() {
    return described && attached.contains(Evidence.COUNTS) && attached.contains(Evidence.FREES);
  }

  /** Returns whether the kernel's events show who takes a reference. */
  public boolean seesPins() {
    return sees(Evidence.PINS);
  }

  /**
   * Returns whether the kernel frees no block before its pins are gone, and only the waits for that
   * were recorded.
   */
  public boolean seesWaitsOnly() {
    return described
        && !attached.contains(Evidence.PINS)
        && attached.contains(Evidence.WAITS)
        && run.kernel().constants().getOrDefault("IDLE_COUNT", 1L) == 0;
  }

  /**
   * Returns why no block is freed while it is pinned, as far as that is known; empty if one may be.
   */
  public Optional<String> freesAfterPins() {
    return seesWaitsOnly()
        ? Optional.of("from 6.15 on, the kernel waits for the pins before it frees")
        : Optional.empty();
  }

  /** Returns whether a removal from the page cache is known by its count, but not who holds it. */
  public boolean seesHeldRemovals() {
    return described
        && attached.contains(Evidence.REMOVALS)
        && !attached.contains(Evidence.CACHED_PINS);
  }

  /** Returns whether the kernel's events show pages that leave the page cache while pinned. */
  public boolean seesRemovals() {
    return described
        ? attached.contains(Evidence.CACHED_PINS) && attached.contains(Evidence.REMOVALS)
        : removalsSeen;
  }

  /** Returns whether the kernel's events show calls that wait to change a file's layout. */
  public boolean seesWaits() {
    return sees(Evidence.WAITS);
  }

  /** Returns whether the trace names the page that a call waits for to change a file's layout. */
  public boolean namesBusyPages() {
    return namesBusyPages;
  }

  /** Returns whether a pin's end was seen, or would have been seen. */
  public boolean knowsEnd(Pin pin) {
    return mayMissEnd(pin) ? pin.releaseSeen() : pin.dropped() != null || pin.traced();
  }

  /**
   * Returns whether the recorder may miss the end of a pin without counting the miss: bios are
   * released in interrupts, and bpftrace does not count the events that it misses there.
   */
  public boolean mayMissEnd(Pin pin) {
    return pin.inBio() && !countsMisses;
  }

  /** Returns whether a probe of ends of pins missed some of its hits, at an unknown time. */
  public boolean missedEnds() {
    return endsMissed;
  }

  /**
   * Returns whether events were lost between two moments; the second is null for the end of the
   * run.
   */
  public boolean lostBetween(Stamp from, Stamp to) {
    return losses.stream()
        .anyMatch(
            loss ->
                loss.stamp().nanos() >= from.nanos()
                    && (to == null || loss.sinceNanos() <= to.nanos()));
  }
}
