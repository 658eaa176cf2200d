/**
 * Calls under way: each object holds what was known when its call began, and becomes an event when
 * the call ends.
 *
 * <p>An object belongs to the thread that makes the call.
 */
package io.pinaudit.agent.call;
