package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;

/** Looks on while a run is audited, on the audit's thread. */
@FunctionalInterface
public interface Watcher {
  /** Sees one event and what it did; the ledgers have already taken it into account. */
  void observe(Moment moment, Ledgers ledgers);
}
