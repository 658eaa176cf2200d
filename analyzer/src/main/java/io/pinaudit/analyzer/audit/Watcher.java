package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;

/** Watches a run while it is audited, on the audit's thread. */
@FunctionalInterface
public interface Watcher {
  /** Observes one event and its effects; the ledgers already include the event. */
  void observe(Moment moment, Ledgers ledgers);
}
