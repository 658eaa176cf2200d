/**
 * Joins both sides: merges their events by time and keeps what is live: calls, pins, mappings,
 * names and owners of pages.
 *
 * <p>Depends on {@code trace} and {@code io.pinaudit.linux}. A pure state machine fed by one
 * thread; its memory grows with what is live, not with the trace.
 */
package io.pinaudit.analyzer.timeline;
