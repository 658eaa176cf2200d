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
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * An Arena is closed or a buffer unmapped while an I/O still targets its memory.
 *
 * <p>The rule fires when the addresses that a JVM unmaps meet those of a transfer of another
 * thread, of a request that was not seen to be complete, or of a declared pin; or when pages of the
 * unmapped range have pins that an asynchronous system call took. Memory of no file (an Arena's, a
 * direct buffer's) counts if it is freed under a request of an io_uring or of AIO. Memory lent to a
 * pipe does not count, because the pipe keeps the pages and nobody writes to them. Nor do later
 * mappings at the same addresses, once the memory of the I/O is unmapped.
 */
final class UnmappedWhilePinned implements Rule {
  private final Occurrences found = new Occurrences();
  private final Pending<Meeting> meetings = new Pending<>(Meeting::ended, this::tell, found);
  private final Pending<Unmapping> unmappings =
      new Pending<>(one -> one.pins.lastDrop() != null, this::tell, found);
  private final IdentityHashMap<JavaCall, List<Pin>> pinnedAtStart = new IdentityHashMap<>();

  /** The addresses of held memory that were unmapped. */
  private final Map<Hold, ByteRange> gone = new WeakHashMap<>();

  /** Pins of asynchronous I/O that an unmapping left behind. */
  private record Unmapping(JavaCall call, PinGroup pins, Place place) {
    Occurrence occurrence(long endNanos, Ledgers ledgers) {
      Actor actor = Actor.of(call);
      Step step = new Step(Step.Role.UNMAPPED, call.started(), actor, place, 1);
      return new WhilePinned(Severity.ERROR, pins, place, List.of(step))
          .occurrence(endNanos, ledgers)
          .observed();
    }
  }

  /** Creates the rule for one run. */
  UnmappedWhilePinned() {}

  @Override
  public Hazard hazard() {
    return Hazard.UNMAPPED_WHILE_PINNED;
  }

  @Override
  public List<Basis> bases() {
    return List.of(Basis.calls());
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.CallStarted(_, JavaCall call)
        && call.effect() instanceof JavaCall.Unmapped range) {
      List<Pin> pins = ledgers.asynchronousPinsUnder(call.process(), range);
      if (!pins.isEmpty()) {
        pinnedAtStart.put(call, pins);
      }
    } else if (moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)) {
      if (call.effect() instanceof JavaCall.Unmapped) {
        unmapped(call, moment.held(), ledgers);
      } else if (call.effect() instanceof JavaCall.Freed freed && ledgers.share().judgesCalls()) {
        found.add(freed(call, freed.request()));
      }
    }
  }

  /**
   * Returns the occurrence of memory that belongs to no file: the agent has seen that the request
   * was not complete when the memory was freed.
   */
  private static Occurrence freed(JavaCall call, JavaCall.Request request) {
    Stamp submitted = new Stamp(request.nanos(), request.tid(), "", call.started().source());
    JavaCall transfer =
        new JavaCall(
            call.process(),
            request.operation(),
            submitted,
            request.nanos(),
            List.of(),
            null,
            new JavaCall.Other());
    // The memory is no file's: all that is known is how much of it the request was given.
    Place place = new Place(null, List.of(), List.of(new ByteRange(0, request.memory().length())));
    return new Occurrence(
        Actor.of(transfer).site(),
        Actor.of(call).site(),
        Finding.Instance.of(Severity.ERROR, Certainty.OBSERVED, place, call.started())
            .steps(
                List.of(
                    new Step(Step.Role.TRANSFERRED, submitted, Actor.of(transfer), place, 1),
                    new Step(Step.Role.UNMAPPED, call.started(), Actor.of(call), place, 1)))
            .lasted(0, false)
            .build());
  }

  private void unmapped(JavaCall call, List<Hold> held, Ledgers ledgers) {
    List<Pin> pinned = pinnedAtStart.isEmpty() ? null : pinnedAtStart.remove(call);
    if (call.error() != null || held.isEmpty() && pinned == null) {
      return;
    }
    List<Meeting> met =
        held.stream()
            .filter(hold -> !hold.endUnseen() && hold.overlapsStartOf(call))
            .filter(hold -> hold.meets(call) && isFirstOf(call, hold))
            .map(hold -> meeting(call, hold, ledgers))
            .toList();
    if (ledgers.share().judgesCalls()) {
      met.forEach(one -> meetings.add(one, ledgers));
    }
    if (met.isEmpty() && pinned != null) {
      left(call, pinned.stream().filter(pin -> pin.dropped() == null).toList(), ledgers);
    }
  }

  /** Returns whether an unmapping takes memory of an I/O that was not unmapped before. */
  private boolean isFirstOf(JavaCall call, Hold hold) {
    if (!(call.effect() instanceof JavaCall.Unmapped unmapped)) {
      return false;
    }
    ByteRange held = hold.addresses();
    long from = Math.max(held.offset(), unmapped.address());
    long end = Math.min(held.end(), unmapped.address() + unmapped.length());
    ByteRange before = gone.get(hold);
    if (before == null) {
      gone.put(hold, new ByteRange(from, end - from));
      return true;
    }
    if (before.offset() <= from && end <= before.end()) {
      return false;
    }
    long least = Math.min(from, before.offset());
    gone.put(hold, new ByteRange(least, Math.max(end, before.end()) - least));
    return true;
  }

  private static Meeting meeting(JavaCall call, Hold hold, Ledgers ledgers) {
    FileRef file = hold.buffer() == null ? null : ledgers.file(hold.buffer());
    return new Meeting(Meeting.Culprit.of(call), hold, file, hold.bufferRange(), false, Set.of());
  }

  private void left(JavaCall call, List<Pin> pins, Ledgers ledgers) {
    Map<FileRef, List<Pin>> byFile =
        pins.stream()
            .collect(
                Collectors.groupingBy(
                    pin -> ledgers.owners().owner(pin.pfn()).file(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byFile.forEach(
        (file, ofFile) -> {
          for (PinGroup group : PinGroup.bySite(ofFile)) {
            Place place = group.place(file, ledgers.blocks(), ledgers.owners());
            unmappings.add(new Unmapping(call, group, place), ledgers);
          }
        });
  }

  private Optional<Occurrence> tell(Unmapping one, long endNanos, Ledgers ledgers) {
    return Optional.of(one.occurrence(endNanos, ledgers));
  }

  private Optional<Occurrence> tell(Meeting met, long endNanos, Ledgers ledgers) {
    return Optional.of(met.occurrence(Severity.ERROR, Step.Role.UNMAPPED, endNanos));
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    meetings.addTo(all, nowNanos, ledgers);
    unmappings.addTo(all, nowNanos, ledgers);
    return all;
  }
}
