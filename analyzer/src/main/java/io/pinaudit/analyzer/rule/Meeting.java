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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The logical join of two hooked calls: a call took away bytes of a file, or addresses, that an I/O
 * which another call had begun still used. The file and range, or the range of addresses, link the
 * two calls; no event of the kernel is needed. If somebody else cuts the file, in no hooked call,
 * the kernel's event stands for the call.
 *
 * @param culprit who took the bytes or addresses away, and when
 * @param hold the I/O that began before that call and had not ended when it began
 * @param file the file that the call took them from, as it was at that moment
 * @param range the bytes of the file that were taken away
 * @param frees whether the file's blocks were freed with them
 * @param unknown what is not known of the range of the I/O and of what the call did
 */
record Meeting(
    Culprit culprit, Hold hold, FileRef file, ByteRange range, boolean frees, Set<Doubt> unknown) {
  /**
   * Who took something away.
   *
   * @param began when the call, or the cut by somebody who was in no hooked call, began
   * @param endNanos when the call ended in nanoseconds; of a cut that only the kernel's event
   *     shows, when it began
   * @param changesLayout whether it changed the file's layout, and did not end the file
   */
  record Culprit(Actor actor, Stamp began, long endNanos, boolean changesLayout) {
    static Culprit of(JavaCall call) {
      boolean changes =
          call.effect() instanceof JavaCall.Truncated
              || call.effect() instanceof JavaCall.Deallocated;
      return new Culprit(Actor.of(call), call.started(), call.endNanos(), changes);
    }

    private static Culprit of(TraceEvent.FileCut cut, Actor actor) {
      return new Culprit(actor, cut.stamp(), cut.stamp().nanos(), true);
    }
  }

  /**
   * Returns what the call that has just ended took from files whose memory is a buffer of an I/O.
   */
  static List<Meeting> ofBuffers(Moment moment) {
    return !moment.cuts().isEmpty()
            && moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)
        ? of(moment, Culprit.of(call), Hold::buffer, Hold::bufferRange)
        : Collections.emptyList();
  }

  /** Returns the same, and what somebody took who was in no hooked call. */
  static List<Meeting> ofBuffersWithAnybody(Moment moment) {
    return of(moment, culprit(moment), Hold::buffer, Hold::bufferRange);
  }

  /**
   * Returns what the call that has just ended, or somebody else, took from files that direct I/O
   * was reading or writing.
   */
  static List<Meeting> ofStorage(Moment moment) {
    return of(moment, culprit(moment), Hold::storage, Hold::storageRange);
  }

  private static List<Meeting> of(
      Moment moment,
      Culprit culprit,
      Function<Hold, FileId> file,
      Function<Hold, ByteRange> range) {
    // Nearly no moment has a cut; List.of() would make an iterator at each.
    return moment.cuts().isEmpty() ? Collections.emptyList() : met(moment, culprit, file, range);
  }

  private static List<Meeting> met(
      Moment moment,
      Culprit culprit,
      Function<Hold, FileId> file,
      Function<Hold, ByteRange> range) {
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

  /** Returns who took something away at a moment; null if nobody did. */
  private static Culprit culprit(Moment moment) {
    if (moment.cuts().isEmpty()) {
      return null;
    }
    return switch (moment.event()) {
      case TraceEvent.CallFinished(_, JavaCall call) -> Culprit.of(call);
      case TraceEvent.FileCut cut -> Culprit.of(cut, moment.cutting().actor());
      case TraceEvent.CallStarted _, TraceEvent.KernelEvent _, TraceEvent.EventsLost _ -> null;
    };
  }

  private static Optional<Meeting> met(Culprit culprit, Cut cut, Hold hold, ByteRange held) {
    boolean known = held.offset() >= 0;
    boolean meets =
        !known || held.offset() < cut.range().end() && cut.range().offset() < held.end();
    return meets && hold.overlaps(culprit.began())
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

  /** Returns the part of a held range that a cut took away. */
  private static ByteRange taken(Cut cut, ByteRange held) {
    if (held.offset() < 0) {
      return cut.range();
    }
    long from = Math.max(cut.range().offset(), held.offset());
    return new ByteRange(from, Math.min(cut.range().end(), held.end()) - from);
  }

  /**
   * Returns whether the I/O went on after the call, which means that the call did not wait for the
   * I/O.
   */
  boolean outlived() {
    return hold.outlives(culprit.endNanos());
  }

  /** Returns whether the end of the I/O cannot be seen. */
  boolean endUnseen() {
    return hold.endUnseen();
  }

  boolean ended() {
    return endUnseen() || hold.ended() != null;
  }

  /** Returns the doubts; none if it is known that the I/O was under way when the call returned. */
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

  /** Returns the meeting as an occurrence of a rule. */
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
    steps.add(new Step(act, culprit.began(), culprit.actor(), place, 1));
    if (drop != null) {
      steps.add(new Step(Step.Role.DROPPED, drop, Actor.of(drop), null, 1));
    }
    if (hold.mapping() != null) {
      steps.add(Steps.mapped(hold.mapping()));
    }
    return new Occurrence(
        Actor.of(hold.call()).site(),
        culprit.actor().site(),
        Finding.Instance.of(severity, Certainty.OBSERVED, place, culprit.began())
            .doubts(doubts())
            .steps(steps)
            .lasted(lasted(endNanos), drop != null)
            .build());
  }

  /**
   * Returns how long the I/O went on after the call, in nanoseconds; this is not known of a pipe.
   */
  private long lasted(long endNanos) {
    long end = hold.ended() == null ? endNanos : hold.ended().nanos();
    return endUnseen() ? 0 : Math.max(0, end - culprit.endNanos());
  }
}
