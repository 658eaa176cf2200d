package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;

/**
 * Pages that left a DAX file while the count of their references said that somebody held them.
 *
 * @param event what the kernel told
 * @param holder what a JVM held of these pages at that moment; null if nothing is known
 * @param deleted whether the file was being deleted, so that its blocks may be freed at any time,
 *     and by any thread
 */
public record Departure(TraceEvent.PageLeft event, Hold holder, boolean deleted) {
  PageRange frames() {
    return event.frames();
  }
}
