package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Cut;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The logical join: a call took something away that memory handed to an I/O still needed. Two
 * hooked calls, one file and range, or one range of addresses; no kernel has to tell of it.
 *
 * @param culprit the call that took it away
 * @param hold the I/O that began before that call and had not ended when it began
 * @param file whose, as it was then
 * @param range what was taken of it
 * @param frees whether blocks went with it
 * @param unknown what is not known of the range of the I/O and of what the call did
 */
record Meeting(
    JavaCall culprit, Hold hold, FileRef file, ByteRange range, boolean frees, Set<Doubt> unknown) {
  /** What the call that has just ended cut from under buffers. */
  static List<Meeting> ofBuffers(Moment moment) {
    return of(moment, Hold::buffer, Hold::bufferRange);
  }

  /** What the call that has just ended cut from files that direct I/O was reading or writing. */
  static List<Meeting> ofStorage(Moment moment) {
    return of(moment, Hold::storage, Hold::storageRange);
  }

  private static List<Meeting> of(
      Moment moment, Function<Hold, FileId> file, Function<Hold, ByteRange> range) {
    if (!(moment.event() instanceof TraceEvent.CallFinished(_, JavaCall culprit))) {
      return List.of();
    }
    List<Meeting> meetings = new ArrayList<>();
    for (Cut cut : moment.cuts()) {
      for (Hold hold : moment.held()) {
        if (hold.takesReferences() && cut.file().id().equals(file.apply(hold))) {
          met(culprit, cut, hold, range.apply(hold)).ifPresent(meetings::add);
        }
      }
    }
    return meetings;
  }

  private static Optional<Meeting> met(JavaCall culprit, Cut cut, Hold hold, ByteRange held) {
    boolean known = held.offset() >= 0;
    boolean meets =
        !known || held.offset() < cut.range().end() && cut.range().offset() < held.end();
    return meets && hold.overlapsStartOf(culprit)
        ? Optional.of(
            new Meeting(
                culprit, hold, cut.file(), taken(cut, held), cut.frees(), unknown(known, cut)))
        : Optional.empty();
  }

  private static Set<Doubt> unknown(boolean range, Cut cut) {
    Set<Doubt> unknown = EnumSet.noneOf(Doubt.class);
    if (!range) {
      unknown.add(Doubt.RANGE_UNKNOWN);
    }
    if (!cut.sure()) {
      unknown.add(Doubt.PERHAPS_OPEN);
    }
    return unknown;
  }

  /** The part of what was held that was taken. */
  private static ByteRange taken(Cut cut, ByteRange held) {
    if (held.offset() < 0) {
      return cut.range();
    }
    long from = Math.max(cut.range().offset(), held.offset());
    return new ByteRange(from, Math.min(cut.range().end(), held.end()) - from);
  }

  /** Whether the I/O went on after the call, which so did not wait for it. */
  boolean outlived() {
    return hold.outlives(culprit);
  }

  /** Whether the call changed the file's layout, and did not end the file. */
  boolean changesLayout() {
    return culprit.effect() instanceof JavaCall.Truncated
        || culprit.effect() instanceof JavaCall.Deallocated;
  }

  /** Whether the end of what is held cannot be seen: a pipe's reader is unknown. */
  boolean endUnseen() {
    return hold.kind() == Hold.Kind.PIPE;
  }

  boolean ended() {
    return endUnseen() || hold.ended() != null;
  }

  /** None if it is known that the I/O was under way when the call returned. */
  private Set<Doubt> doubts() {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    doubts.addAll(unknown);
    if (!outlived()) {
      doubts.add(Doubt.MAY_HAVE_WAITED);
    }
    if (endUnseen()) {
      doubts.add(Doubt.READER_UNSEEN);
    }
    return doubts;
  }

  /** As an occurrence of a rule. */
  Occurrence occurrence(Severity severity, Step.Role act, long endNanos) {
    Place place = new Place(file, List.<PageRange>of(), List.of(range));
    Stamp drop = hold.ended();
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            hold.kind() == Hold.Kind.DECLARED ? Step.Role.PINNED : Step.Role.TRANSFERRED,
            hold.call().started(),
            Actor.of(hold.call()),
            place,
            1));
    steps.add(new Step(act, culprit.started(), Actor.of(culprit), place, 1));
    if (drop != null) {
      steps.add(new Step(Step.Role.DROPPED, drop, Actor.of(drop), null, 1));
    }
    if (hold.mapping() != null) {
      steps.add(Steps.mapped(hold.mapping()));
    }
    Stamp began = culprit.started();
    return new Occurrence(
        Actor.of(hold.call()).site(),
        Actor.of(culprit).site(),
        Finding.Instance.of(severity, Certainty.OBSERVED, place, began)
            .doubts(doubts())
            .steps(steps)
            .lasted(lasted(endNanos), drop != null)
            .build());
  }

  /** How long the I/O went on after the call; of a pipe that is not known. */
  private long lasted(long endNanos) {
    long end = hold.ended() == null ? endNanos : hold.ended().nanos();
    return endUnseen() ? 0 : Math.max(0, end - culprit.endNanos());
  }
}
