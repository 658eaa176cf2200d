package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.jdk.ForeignMemory;

/**
 * A foreign-function call under way that the agent records.
 *
 * @param hook the hook that answers for it
 * @param captured the memory segment for errno; null if the caller does not ask for errno
 */
record NativeInvocation(int hook, Call call, Object captured) {
  private static final long MAX_ERRNO = 4095; // linux/err.h

  /** Ends the call, which has returned, or thrown before it reached the C library. */
  void end(Throwable thrown, long result) {
    call.stop();
    try {
      call.end(thrown == null ? result : -1, error(thrown, result));
    } catch (Throwable t) {
      Dispatcher.fail(hook, t);
    }
  }

  private String error(Throwable thrown, long result) throws Throwable {
    if (thrown != null) {
      return thrown.getClass().getName() + ": " + thrown.getMessage();
    }
    if (result >= 0 || result < -MAX_ERRNO) {
      return null;
    }
    boolean known = result == -1 && captured != null;
    // Without errno it is liburing and libaio that return it, negative.
    return known ? "errno " + ForeignMemory.firstInt(captured) : Long.toString(result);
  }
}
