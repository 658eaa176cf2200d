/**
 * Small programs that free storage while something still has it pinned, each with a near miss that
 * drops the pin first, and with a fixed twin that frees through the allocator.
 *
 * <p>The broken ones and their near misses depend on the JDK alone. All prove their own truth:
 * bytes of another file in a pipe, bytes changed by a device, a measured wait. Each runs on one
 * thread unless its own page says otherwise.
 */
package io.pinaudit.samples;
