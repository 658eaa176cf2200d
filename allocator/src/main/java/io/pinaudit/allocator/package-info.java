/**
 * Extents of one DAX or ordinary file, for programs that do direct I/O to and from them: nothing is
 * freed, truncated or unmapped while it is pinned.
 *
 * <p>Needs Linux on a 64-bit processor, the JDK with {@code jdk.jfr}, {@code
 * --enable-native-access} for this module, and of the module native-helpers the package {@code
 * io.pinaudit.linux} alone, which names errors with jnr-constants: neither the recorder, nor JSON,
 * nor jnr-posix. Public types may be used by any thread unless they say otherwise.
 *
 * <p>All that a program needs is in this package. It stands on {@code storage}, {@code hold} and
 * {@code event}, which are not for programs and do not use it.
 */
package io.pinaudit.allocator;
