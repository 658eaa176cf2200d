/**
 * Records the kernel's side of a run, with tracefs or bpftrace, and finds out what devices there
 * are.
 *
 * <p>Classes are confined to one thread unless they say otherwise.
 */
package io.pinaudit.record;
