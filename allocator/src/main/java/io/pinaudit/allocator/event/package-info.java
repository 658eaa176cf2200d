/**
 * The allocator's events for Flight Recorder. The names of events and fields are for users. The
 * classes are not: they are public for {@code io.pinaudit.allocator}. Each event belongs to the
 * thread that made it.
 */
package io.pinaudit.allocator.event;
