/**
 * Reads the kernel's text trace ({@code trace}, {@code trace_pipe}) line by line into trace events.
 *
 * <p>Depends on {@code trace} and {@code io.pinaudit.linux}. Readers are confined to one thread.
 */
package io.pinaudit.analyzer.ftrace;
