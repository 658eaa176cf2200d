/**
 * Linux for Java: system calls, files, users, clocks and the kernel's log.
 *
 * <p>Classes are confined to one thread unless they say otherwise. The package depends on jnr-posix
 * and the JDK.
 */
package io.pinaudit.linux;
