package io.pinaudit.agent.state;

import io.pinaudit.agent.stand.Stand;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells whether pages that were lent to a pipe are in use: until somebody has read them, from that
 * pipe and from those to which they were passed on.
 *
 * <p>Safe for any thread.
 */
public final class LentPages implements Stand.Check {
  private final Pipes pipes;
  private final long pipe;
  private final Pipes.Place place;
  private final Map<Long, Pipes.Place> others = new ConcurrentHashMap<>();

  private LentPages(Pipes pipes, long pipe, int descriptor) {
    this.pipes = pipes;
    this.pipe = pipe;
    this.place = pipes.place(pipe, descriptor);
  }

  /**
   * Notes that pages were lent.
   *
   * @param pipe inode of the pipe
   * @param descriptor of the pipe
   */
  public static LentPages of(Pipes pipes, long pipe, int descriptor, Pipes.Lend lend) {
    LentPages pages = new LentPages(pipes, pipe, descriptor);
    pipes.fill(pages.place, lend);
    return pages;
  }

  /**
   * Notes that what a pipe holds is about to go to another one as well, until {@link #passedOn}.
   *
   * @param descriptor of the other pipe, or of something else, which is not followed
   */
  public void passOn(long source, long target, int descriptor) {
    boolean isMoved = source == pipe ? target != pipe : others.containsKey(source);
    if (isMoved && pipes.isPipe(target, descriptor)) {
      others.put(target, pipes.place(target, descriptor));
    }
  }

  /** Notes that what a pipe held has gone to another one, as far as it is to go. */
  public void passedOn(long source, long target, int descriptor) {
    passOn(source, target, descriptor);
    Pipes.Place other = others.get(target);
    if (other != null) {
      pipes.fill(other, null);
    }
  }

  @Override
  public boolean holds() {
    for (Pipes.Place other : others.values()) {
      if (pipes.holds(other)) {
        return true;
      }
    }
    if (!pipes.isFilled(place)) {
      // There was no descriptor left to look with.
      pipes.fill(place, null);
    }
    return pipes.holds(place);
  }
}
