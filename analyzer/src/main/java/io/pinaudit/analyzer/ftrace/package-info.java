/**
 * Reads the kernel's text trace ({@code trace}, {@code trace_pipe}) line by line into trace events.
 *
 * <p>Readers are confined to one thread. The package depends on {@code trace} and {@code
 * io.pinaudit.linux}.
 */
package io.pinaudit.analyzer.ftrace;
