/**
 * The entry of the agent: reads the options, installs the hooks of the table, and removes them
 * again.
 *
 * <p>A {@code -javaagent} turns what a JVM maps, pins, truncates, deletes and closes into JFR
 * events. The packages: {@code table} names the methods to hook, {@code weave} puts a call of the
 * dispatcher into them, {@code hook} and {@code foreign} decide whether a call matters, {@code
 * call} holds the calls under way, which become events when they end, {@code state} holds what
 * outlives a call, {@code jdk} reaches into the JDK, {@code boot} holds the classes of the boot
 * loader. The agent depends on the events and on the ASM inside Byte Buddy; the rest of Byte Buddy
 * would take several hundred classes more to start, which costs more than all hooks together.
 *
 * <p>Hooks run on any thread of the application, inside the JDK, under locks of other code.
 * Therefore hooks take no locks, keep no state per thread, and start no threads.
 */
package io.pinaudit.agent;
