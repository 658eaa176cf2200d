/**
 * Reads the kernel's ring buffer from binary files: {@code trace.dat} of trace-cmd, versions 6 and
 * 7. Reports take numbers from the data of an event, at the offsets that its format gives. They
 * take its text only where fields differ from kernel to kernel; {@code ftrace} gives both their
 * meaning. Times are exact nanoseconds.
 *
 * <p>Its types are confined to one thread.
 */
package io.pinaudit.analyzer.tracedat;
