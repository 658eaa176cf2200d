/**
 * Small programs that free storage while something still has it pinned, each with a near miss that
 * drops the pin first.
 *
 * <p>They depend on the JDK alone and prove their own truth: bytes of another file in a pipe, bytes
 * changed by a device, a measured wait. Each runs on one thread unless its own page says otherwise.
 */
package io.pinaudit.samples;
