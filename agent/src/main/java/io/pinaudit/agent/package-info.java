/**
 * The agent's entry: reads its options, installs the hooks of the table, and takes them out again.
 *
 * <p>A {@code -javaagent} turns what a JVM maps, pins, truncates, deletes and closes into JFR
 * events. The rooms: {@code table} names the methods to hook, {@code weave} puts a call of the
 * dispatcher into them, {@code hook} and {@code foreign} decide whether a call matters, {@code
 * call} is a call under way and becomes an event when it ends, {@code state} holds what outlives a
 * call, {@code jdk} reaches into the JDK, {@code boot} holds the classes of the boot loader.
 * Depends on the events and on the ASM inside Byte Buddy; the rest of Byte Buddy would take several
 * hundred classes more to start, which costs more than all hooks together.
 *
 * <p>Hooks run on any thread of the application, inside the JDK, under locks that are not theirs:
 * they take none of their own, keep nothing per thread, and start nothing.
 */
package io.pinaudit.agent;
