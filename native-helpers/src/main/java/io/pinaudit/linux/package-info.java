/**
 * Linux for Java: system calls, files, users, clocks and the kernel's log.
 *
 * <p>Classes are confined to one thread unless they say otherwise.
 */
package io.pinaudit.linux;
