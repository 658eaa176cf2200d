/**
 * The file of a pool: which of its storage is free, the log that says which extents are committed,
 * and its mappings. Knows neither extents nor pins: who has a region of the storage is a type
 * parameter. Uses {@code hold} and {@code io.pinaudit.linux}.
 *
 * <p>Not for users: what is public here is so for {@code io.pinaudit.allocator}, and may change.
 * Guarded by the pool's lock unless a type says otherwise.
 */
package io.pinaudit.allocator.storage;
