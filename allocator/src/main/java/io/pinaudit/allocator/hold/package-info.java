/**
 * The parts below pins and leases: the word of a lease, the notes of a thread, the roster of
 * counted pins, the copies that stand in for storage, the gate that finds moments without pins, and
 * actions that run later. They use nothing else of the allocator.
 *
 * <p>Not for users: public types here are public for {@code io.pinaudit.allocator}, and may change.
 * Each type says how threads may use it.
 */
package io.pinaudit.allocator.hold;
