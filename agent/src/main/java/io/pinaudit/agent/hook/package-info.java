/**
 * The hooks in the JDK's own classes: each reads the arguments of one kind of call.
 *
 * <p>Hooks run on any thread of the application, take no lock, and never throw into the
 * application.
 */
package io.pinaudit.agent.hook;
