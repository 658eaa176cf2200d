/**
 * The guard: knows which memory and file ranges the kernel uses at this moment, and steps in where
 * a call is about to take them away, if the user asked for that.
 *
 * <p>It holds no lock of its own while a thread waits. A thread that waits here holds the locks
 * that it held before, and never waits longer than its deadline. Any error in the guard ends the
 * guard for good, and the call goes on.
 */
package io.pinaudit.agent.guard;
