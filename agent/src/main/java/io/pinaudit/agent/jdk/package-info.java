/**
 * Reaches into the JDK and the process: internals by method handle, system calls, memory.
 *
 * <p>Depends on nothing of the agent's but {@code boot}. What a JDK lacks is an ordinary, tested
 * case. Safe for any thread.
 */
package io.pinaudit.agent.jdk;
