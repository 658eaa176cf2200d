/**
 * What bpftrace prints, as text or one JSON object a line, when it runs a program of ours: lines of
 * ftrace.
 *
 * <p>Depends on {@code ftrace} and {@code trace}. One thread.
 */
package io.pinaudit.analyzer.bpftrace;
