/**
 * Reaches into the JDK and the process: internals by method handle, system calls, memory.
 *
 * <p>All classes are safe for any thread, and handle a JDK that lacks something as an ordinary,
 * tested case.
 */
package io.pinaudit.agent.jdk;
