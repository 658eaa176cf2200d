package io.pinaudit.agent.meet;

import java.util.List;

/**
 * A call that a thread is about to make.
 *
 * @param operation as events name it
 * @param takes whether it takes memory or a range of a file away, and does not hand it over
 * @param reaches what it is about
 * @param monitor what the JDK locks during the call: two calls under one lock never overlap; null
 *     if it locks nothing that matters here
 * @param check asked again at a meeting; null where what the call is about cannot change meanwhile
 */
public record Stand(
    String operation, boolean takes, List<Reach> reaches, Object monitor, Check check) {
  /** Whether a call is still about what it was about when its thread came to stand before it. */
  public interface Check {
    /** For example, whether a name still leads to the same file. */
    boolean holds();
  }

  /** What both calls are about; null if they have nothing in common, or never overlap. */
  // What is locked is compared by identity, as the JVM does.
  @SuppressWarnings("ReferenceEquality")
  Reach common(Stand other) {
    if (monitor != null && monitor == other.monitor) {
      return null;
    }
    for (Reach mine : reaches) {
      for (Reach theirs : other.reaches) {
        Reach common = mine.common(theirs);
        if (common != null) {
          return common;
        }
      }
    }
    return null;
  }

  boolean holds() {
    return check == null || check.holds();
  }
}
