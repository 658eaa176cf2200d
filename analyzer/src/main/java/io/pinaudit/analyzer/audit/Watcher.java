package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.trace.TraceEvent;

/** Looks on while a run is audited, on the audit's thread. */
@FunctionalInterface
public interface Watcher {
  /** Sees one event; the ledgers have already taken it into account. */
  void observe(TraceEvent event, Ledgers ledgers);
}
