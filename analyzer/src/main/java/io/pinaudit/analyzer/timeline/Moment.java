package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.List;
import java.util.Set;

/**
 * One event and what it did to the ledgers. Valid until the next event is applied.
 *
 * @param event what happened
 * @param cuts what the call that ended here took from files; empty for any other event
 * @param unmapped the files that the call that ended here unmapped something of
 * @param held what the JVMs held of that when the call began
 */
public record Moment(TraceEvent event, List<Cut> cuts, Set<FileId> unmapped, List<Hold> held) {
  /** An event that took nothing from anybody. */
  static Moment of(TraceEvent event) {
    return new Moment(event, List.of(), Set.of(), List.of());
  }
}
