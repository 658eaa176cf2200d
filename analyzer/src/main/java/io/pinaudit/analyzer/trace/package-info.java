/**
 * The events of a run: one sealed family for the events of the JVMs and of the kernel, on one
 * clock.
 *
 * <p>The events are immutable records, safe for any thread.
 */
package io.pinaudit.analyzer.trace;
