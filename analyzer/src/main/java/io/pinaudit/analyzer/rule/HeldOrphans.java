package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Pages that one call removed from the page cache while somebody had references to them, as their
 * counts say, and while a JVM held that range of the file. No event tells that it is the same
 * reference.
 */
final class HeldOrphans {
  private final Hold hold;
  private final Actor actor;
  private final FileRef file;
  private final Stamp first;
  private final List<ByteRange> ranges = new ArrayList<>();
  private long pages;

  HeldOrphans(Hold hold, Actor actor, FileRef file, Stamp first) {
    this.hold = hold;
    this.actor = actor;
    this.file = file;
    this.first = first;
  }

  /** Returns whether a further removal by a thread is of the same call. */
  @SuppressWarnings("ReferenceEquality") // a hold is itself only
  boolean goesOn(Hold other, Actor who, FileRef otherFile) {
    return hold == other && file.equals(otherFile) && actor.tid() == who.tid();
  }

  void add(PageRange removed) {
    pages += removed.count();
    removed.bytes().appendTo(ranges);
  }

  Operation holder() {
    return hold.call().operation();
  }

  boolean ended() {
    return hold.endUnseen() || hold.ended() != null;
  }

  Occurrence occurrence(Severity severity, long endNanos) {
    Place place = new Place(file, List.of(), List.copyOf(ranges));
    Stamp end = hold.ended();
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(Step.Role.TRANSFERRED, hold.call().started(), Actor.of(hold.call()), place, 1));
    steps.add(new Step(Step.Role.ORPHANED, first, actor, place, pages));
    if (end != null) {
      steps.add(new Step(Step.Role.DROPPED, end, Actor.of(end), null, 1));
    }
    if (hold.mapping() != null) {
      steps.add(Steps.mapped(hold.mapping()));
    }
    boolean pipe = hold.endUnseen();
    Set<Doubt> doubts = pipe ? EnumSet.of(Doubt.READER_UNSEEN) : EnumSet.noneOf(Doubt.class);
    long until = end != null ? end.nanos() : pipe ? first.nanos() : endNanos;
    return new Occurrence(
        Actor.of(hold.call()).site(),
        actor.site(),
        Finding.Instance.of(severity, Certainty.OBSERVED, place, first)
            .doubts(doubts)
            .steps(steps)
            .lasted(Math.max(0, until - first.nanos()), end != null)
            .build());
  }
}
