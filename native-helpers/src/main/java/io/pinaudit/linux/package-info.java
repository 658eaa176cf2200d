/**
 * Linux for Java: system calls, block devices, tracefs recording, probe sets as data, and the
 * description of a run ({@code run.json}).
 *
 * <p>Depends on jnr-posix, jackson-core and the JDK; knows nothing of JFR events, findings or
 * reports. Classes are confined to one thread unless they say otherwise.
 */
package io.pinaudit.linux;
