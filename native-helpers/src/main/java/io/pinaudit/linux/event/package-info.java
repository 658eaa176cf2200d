/**
 * The kernel's own description of its events, the {@code format} files of tracefs, as data: which
 * fields an event has and how the kernel prints them.
 *
 * <p>Everything is immutable and safe for any thread.
 */
package io.pinaudit.linux.event;
