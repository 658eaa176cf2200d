/**
 * The events of a run: one sealed family for the events of the JVMs and of the kernel, on one
 * clock.
 *
 * <p>The events are immutable records, safe for any thread. The package depends on {@code
 * io.pinaudit.linux} for device numbers.
 */
package io.pinaudit.analyzer.trace;
