/**
 * Reads the kernel's text trace ({@code trace}, {@code trace_pipe}) line by line into trace events.
 *
 * <p>Readers are confined to one thread.
 */
package io.pinaudit.analyzer.ftrace;
