package io.pinaudit.agent.stand;

import java.util.ArrayList;
import java.util.List;

/**
 * A call that a thread is about to make, or has under way.
 *
 * @param operation the operation, as events name it
 * @param takes whether the call takes memory or a range of a file away, rather than handing it over
 * @param reaches the memory or file ranges that the call is about
 * @param monitor what the JDK locks during the call: two calls under one lock never overlap; null
 *     if it locks nothing that another call of a plan may lock
 * @param check is asked again at a meeting; null if the memory or file that the call is about
 *     cannot change during the wait
 */
public record Stand(
    String operation, boolean takes, List<Reach> reaches, Object monitor, Check check) {
  /**
   * Tells whether a call is still about the same memory or file as when its thread came to stand
   * before the call.
   */
  public interface Check {
    /**
     * Returns whether that is still so: for example, whether a name still leads to the same file.
     */
    boolean holds();
  }

  /**
   * Returns the bytes that both calls are about; null if they have none in common, or if the calls
   * never overlap.
   */
  // What is locked is compared by identity, as the JVM does.
  @SuppressWarnings("ReferenceEquality")
  public Reach common(Stand other) {
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

  /** Returns whether both calls are about one file, whichever bytes of it. */
  public boolean isAboutAFileOf(Stand other) {
    for (Reach mine : reaches) {
      for (Reach theirs : other.reaches) {
        if (mine.isOfFile() && mine.device() == theirs.device() && mine.inode() == theirs.inode()) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns the same call, made in the course of closing an arena.
   *
   * <p>An arena counts the calls of the JDK and of its linker that use its memory: it is closed
   * before, between or after them, never during one. What it unmaps can only meet an I/O that goes
   * on after its call.
   */
  public Stand inClosingArena() {
    List<Reach> lent = new ArrayList<>(reaches.size());
    for (Reach reach : reaches) {
      lent.add(reach.afterCalls());
    }
    return new Stand(operation, takes, lent, monitor, check);
  }

  /** Asks the check, if there is one. */
  public boolean holds() {
    return check == null || check.holds();
  }
}
