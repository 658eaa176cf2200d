package io.pinaudit.analyzer.trace;

/**
 * The time and thread of an event, and the place where the event was read.
 *
 * @param nanos time of CLOCK_MONOTONIC in nanoseconds
 * @param tid kernel thread id; 0 is the idle task, -1 unknown
 * @param task name of the thread, as the JVM or the kernel knows it
 * @param source the place in the input
 */
public record Stamp(long nanos, int tid, String task, Source source) {}
