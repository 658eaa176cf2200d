/**
 * Reads what bpftrace prints when it runs a program of pinaudit: lines of ftrace, as text or in one
 * JSON object a line.
 *
 * <p>Its types are confined to one thread.
 */
package io.pinaudit.analyzer.bpftrace;
