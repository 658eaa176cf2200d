/**
 * Meetings: holds a thread before a call of a plan until another thread stands before the call that
 * the plan names with it. If both stand there at once, nothing orders the two calls.
 *
 * <p>Unlike other hooks, meetings take a lock for moments, and let threads of the application wait,
 * at most 100 ms at a time. They happen only if the user gave a plan, and any error in them ends
 * them for good.
 */
package io.pinaudit.agent.meet;
