/**
 * Calls under way: what was known when each began, and the event that it becomes at its end.
 *
 * <p>Depends on {@code state}. An object belongs to the thread that makes the call.
 */
package io.pinaudit.agent.call;
