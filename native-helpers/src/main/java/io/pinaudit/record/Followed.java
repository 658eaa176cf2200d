package io.pinaudit.record;

/** Says whose system calls are recorded. */
public sealed interface Followed {
  /** The system calls of all processes are recorded. */
  record Everybody() implements Followed {}

  /**
   * The system calls of the processes that the recorder's starting thread starts from then on are
   * recorded, and those of their descendants.
   */
  record Children() implements Followed {}

  /**
   * The system calls of a running process and its descendants are recorded. Within a container, and
   * with bpftrace, those of all processes are recorded, because the recorder cannot know the
   * kernel's numbers of the threads.
   *
   * @param pid the process number
   */
  record ProcessTree(long pid) implements Followed {}
}
