/**
 * The hooks in the JDK's own classes: each reads the arguments of one kind of call.
 *
 * <p>Depends on {@code call}, {@code state}, {@code table} and {@code jdk}. Hooks run on any thread
 * of the application, take no lock, and never throw into it.
 */
package io.pinaudit.agent.hook;
