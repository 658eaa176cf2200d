/**
 * Linux for Java: system calls, files, users, clocks and the kernel's log.
 *
 * <p>Depends on jnr-posix and the JDK. Classes are confined to one thread unless they say
 * otherwise.
 */
package io.pinaudit.linux;
