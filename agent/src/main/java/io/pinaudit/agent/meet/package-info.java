/**
 * Meetings: holds a thread before a call of a plan until another thread stands before the call that
 * the plan names with it. If both stand there at once, nothing orders the two calls.
 *
 * <p>Depends on {@code jdk} alone. Unlike other hooks this takes a lock, for moments, and lets
 * threads of the application wait, at most 100 ms at a time; it exists only where a plan was given,
 * and whatever goes wrong in it ends it for good.
 */
package io.pinaudit.agent.meet;
