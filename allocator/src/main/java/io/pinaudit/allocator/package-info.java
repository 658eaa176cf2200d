/**
 * Extents of one DAX or ordinary file, for programs that do direct I/O to and from them: nothing is
 * freed, truncated or unmapped while it is pinned.
 *
 * <p>Depends on native-helpers and the JDK. Public types may be used by any thread unless they say
 * otherwise.
 */
package io.pinaudit.allocator;
