/**
 * Joins the events of the JVMs and of the kernel: merges them by time, and keeps the calls, pins,
 * mappings, names and owners of pages that live at each moment.
 *
 * <p>The package is a state machine without I/O that one thread feeds; its memory grows with what
 * is live, not with the trace.
 */
package io.pinaudit.analyzer.timeline;
