package io.pinaudit.analyzer.trace;

/**
 * When, on which thread, and where it was read.
 *
 * @param nanos CLOCK_MONOTONIC
 * @param tid kernel thread id; 0 is the idle task, -1 unknown
 * @param task name of the thread, as its side knows it
 * @param source the input
 */
public record Stamp(long nanos, int tid, String task, Source source) {}
