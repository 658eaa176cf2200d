package io.pinaudit.agent.stand;

/** How a call that is about to take memory or a file away may be refused. */
public enum RefusedBy {
  /** By a FileSystemException. */
  FILE,
  /**
   * By a FileSystemException; if the thread is interrupted, by the channel itself, which is closed
   * then and cuts nothing.
   */
  CHANNEL,
  /** By a FileNotFoundException, which is all that opening a stream may throw. */
  STREAM,
  /** By an IllegalStateException. */
  STATE,
  /** Not at all: it has no exception that the program expects. It may wait. */
  NONE,
  /** Not at all, and it must not wait: it is a part of something that has begun. */
  NEVER
}
