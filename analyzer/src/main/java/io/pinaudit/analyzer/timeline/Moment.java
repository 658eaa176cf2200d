package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.List;
import java.util.Set;

/**
 * One event and its effects on the ledgers. A moment is valid until the next event is applied.
 *
 * @param event what happened
 * @param cuts what the call took from files, if the event is the end of a call; what somebody who
 *     is in no hooked call takes, if the event is the cut of a file of which a JVM holds something;
 *     else empty
 * @param unmapped the files of which the call unmapped something, if the event is the end of a
 *     call; else empty
 * @param held what the JVMs held of those files and that memory when the call, or the cut, began
 * @param cutting who cuts the file, and to which size, if the event is the cut of a file; else null
 */
public record Moment(
    TraceEvent event,
    List<Cut> cuts,
    Set<FileId> unmapped,
    List<Hold> held,
    Cutters.Cutting cutting) {
  /** Returns the moment of an event that took nothing away. */
  static Moment of(TraceEvent event) {
    return new Moment(event, List.of(), Set.of(), List.of(), null);
  }

  /** Returns the moment of a cut that takes nothing from a JVM. */
  static Moment of(TraceEvent.FileCut event, Cutters.Cutting cutting) {
    return new Moment(event, List.of(), Set.of(), List.of(), cutting);
  }

  /** Returns this moment for a share of the run in which nobody judges what calls took away. */
  Moment withoutCuts() {
    return cuts.isEmpty() ? this : new Moment(event, List.of(), unmapped, held, cutting);
  }
}
