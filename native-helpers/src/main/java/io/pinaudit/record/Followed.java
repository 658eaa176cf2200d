package io.pinaudit.record;

/** Whose system calls are recorded. */
public sealed interface Followed {
  /** Everybody's. */
  record Everybody() implements Followed {}

  /** Those of what the thread that starts the recorder starts from then on, and so on. */
  record Children() implements Followed {}

  /**
   * Those of a process that runs already, and of its descendants; everybody's where the recorder
   * cannot know by which numbers the kernel calls their threads: within a container, and with
   * bpftrace.
   *
   * @param pid its number
   */
  record ProcessTree(long pid) implements Followed {}
}
