/**
 * Reads the agent's events out of JFR recordings into {@link io.pinaudit.analyzer.trace.JavaCall}s.
 *
 * <p>Depends on {@code trace}, the event names of {@code io.pinaudit.events} and {@code
 * jdk.jfr.consumer}. Confined to one thread.
 */
package io.pinaudit.analyzer.jfr;
