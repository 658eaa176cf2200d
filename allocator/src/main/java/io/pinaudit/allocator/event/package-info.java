/**
 * What the allocator tells Flight Recorder; the names of events and fields are for users, the
 * classes are not: they are public for {@code io.pinaudit.allocator}. Each event is for the thread
 * that made it.
 */
package io.pinaudit.allocator.event;
