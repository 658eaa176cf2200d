/**
 * What holds storage and what waits for it, below pins and leases: the word of a lease, the notes
 * of a thread, the roster of counted pins, the copies that stand in for storage, the gate that
 * finds moments without pins, and what is run later. Uses nothing of the allocator.
 *
 * <p>Not for users: what is public here is so for {@code io.pinaudit.allocator}, and may change.
 * Each type says how threads may use it.
 */
package io.pinaudit.allocator.hold;
