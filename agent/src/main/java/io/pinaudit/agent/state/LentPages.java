package io.pinaudit.agent.state;

import io.pinaudit.agent.stand.Stand;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells whether pages that were lent to a pipe are in use: until somebody has read them, from that
 * pipe and from those to which they were passed on.
 *
 * <p>Safe for any thread.
 */
public final class LentPages implements Stand.Check {
  // What is in a pipe that is never empty, nobody can tell for ever.
  private static final long MOST_NANOS = 60_000_000_000L;

  private final Pipes pipes;
  private final long pipe;
  private final Pipes.Lend lend;
  private final Set<Long> others = ConcurrentHashMap.newKeySet();

  private LentPages(Pipes pipes, long pipe, Pipes.Lend lend) {
    this.pipes = pipes;
    this.pipe = pipe;
    this.lend = lend;
  }

  /**
   * Notes that pages were lent.
   *
   * @param pipe inode of the pipe
   * @param descriptor of the pipe
   */
  public static LentPages of(Pipes pipes, long pipe, int descriptor, Pipes.Lend lend) {
    pipes.lent(pipe, descriptor, lend);
    return new LentPages(pipes, pipe, lend);
  }

  /** Notes that what a pipe holds goes to another one as well. */
  public void passOn(long source, long target) {
    if (source == pipe ? target != pipe : others.contains(source)) {
      others.add(target);
    }
  }

  @Override
  public boolean holds() {
    return System.nanoTime() - lend.endNanos() < MOST_NANOS && isAnywhere();
  }

  private boolean isAnywhere() {
    for (long other : others) {
      if (pipes.bytesIn(other) > 0) {
        return true;
      }
    }
    return pipes.holds(pipe, lend);
  }
}
