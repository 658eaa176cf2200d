/**
 * The file of a pool: what of its storage is free, the log that says which extents are committed,
 * and its mappings. The package knows neither extents nor pins: who has a region of the storage is
 * a type parameter. It uses {@code hold} and {@code io.pinaudit.linux}.
 *
 * <p>Not for users: public types here are public for {@code io.pinaudit.allocator}, and may change.
 * The pool's lock guards them unless a type says otherwise.
 */
package io.pinaudit.allocator.storage;
