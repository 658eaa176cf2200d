package io.pinaudit.agent.call;

import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/** Looks whether the current thread is closing an arena, or another scope of memory segments. */
final class SessionFrames implements Function<Stream<StackWalker.StackFrame>, Boolean> {
  private static final int MOST_WALKED = 64;
  private static final String SESSIONS = "jdk.internal.foreign.";

  private SessionFrames() {}

  static boolean onThisStack() {
    return StackWalker.getInstance().walk(new SessionFrames());
  }

  @Override
  public Boolean apply(Stream<StackWalker.StackFrame> stream) {
    Iterator<StackWalker.StackFrame> walk = stream.iterator();
    for (int i = 0; i < MOST_WALKED && walk.hasNext(); i++) {
      if (walk.next().getClassName().startsWith(SESSIONS)) {
        return true;
      }
    }
    return false;
  }
}
