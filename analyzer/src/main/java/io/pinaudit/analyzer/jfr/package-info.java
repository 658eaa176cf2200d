/**
 * Reads the agent's events out of JFR recordings into {@link io.pinaudit.analyzer.trace.JavaCall}s.
 *
 * <p>A recording is one thread's at a time: the reader's, and then that of the task that decodes
 * calls ahead of the audit.
 */
package io.pinaudit.analyzer.jfr;
