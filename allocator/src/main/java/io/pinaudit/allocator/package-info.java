/**
 * Extents of one DAX or ordinary file, for programs that do direct I/O to and from them: nothing is
 * freed, truncated or unmapped while it is pinned.
 *
 * <p>The package needs Linux on a 64-bit processor, a JDK with the module {@code jdk.jfr}, and
 * {@code --enable-native-access} for this module. A pool that is {@link PoolOptions#monitored} also
 * needs {@code java.management}. Of native-helpers it uses a few classes of {@code
 * io.pinaudit.linux}, which call the C library through the JDK's linker. No other library has to be
 * on the class path: no jnr-posix or jnr-constants, no JSON, no recorder.
 *
 * <p>Any thread may use the public types, unless a type says otherwise. All lengths and offsets are
 * in bytes.
 *
 * <p>All that a program needs is in this package. It stands on {@code storage}, {@code hold} and
 * {@code event}, which are not for programs and do not use it.
 */
package io.pinaudit.allocator;
