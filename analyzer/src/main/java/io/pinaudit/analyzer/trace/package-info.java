/**
 * What a run consists of: one sealed family of events for the JVM's and the kernel's side, on one
 * clock.
 *
 * <p>Records only; depends on {@code io.pinaudit.linux} for device numbers. Immutable, safe for any
 * thread.
 */
package io.pinaudit.analyzer.trace;
