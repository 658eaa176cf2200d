/**
 * The agent: what a JVM maps, transfers from mappings, truncates, deletes and closes becomes
 * events.
 *
 * <p>{@link io.pinaudit.agent.HookTable} names the methods, {@link io.pinaudit.agent.MethodWeaver}
 * weaves a call of {@link io.pinaudit.agent.boot.Dispatcher} into them, a {@link
 * io.pinaudit.agent.boot.Hook} decides whether a call matters, a {@link
 * io.pinaudit.agent.boot.Call} becomes an event when it ends. Depends on the events and on the ASM
 * inside Byte Buddy; the rest of Byte Buddy would take several hundred classes more to start, which
 * costs more than all hooks together.
 *
 * <p>Hooks run on any thread of the application, inside the JDK, under locks that are not theirs:
 * they take none of their own, keep nothing per thread, and start nothing.
 */
package io.pinaudit.agent;
