/**
 * The classes that instrumented code of the JDK calls: one dispatcher, and the types of its hooks
 * and calls.
 *
 * <p>These classes and the events are the only ones that the agent defines in the boot loader. They
 * depend on {@code java.base} alone and use no lambda, no lock and no thread-local, because they
 * run inside the lowest layers of the JDK on every thread of the application, at any time.
 */
package io.pinaudit.agent.boot;
