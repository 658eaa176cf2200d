/**
 * The kernel's ring buffer as it is in binary files: {@code trace.dat} of trace-cmd, versions 6 and
 * 7. Events are rendered as the text that the kernel would print, so that the decoding of {@code
 * ftrace} serves both; their times are exact nanoseconds.
 *
 * <p>Depends on {@code ftrace} and {@code trace}. One thread.
 */
package io.pinaudit.analyzer.tracedat;
