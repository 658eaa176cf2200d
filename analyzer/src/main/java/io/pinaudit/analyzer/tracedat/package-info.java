/**
 * The kernel's ring buffer as it is in binary files: {@code trace.dat} of trace-cmd, versions 6 and
 * 7. Reports take numbers from the data of an event, at the offsets that its format tells, and its
 * text only where fields differ from kernel to kernel; {@code ftrace} gives both their meaning.
 * Times are exact nanoseconds.
 *
 * <p>Depends on {@code ftrace} and {@code trace}. One thread.
 */
package io.pinaudit.analyzer.tracedat;
