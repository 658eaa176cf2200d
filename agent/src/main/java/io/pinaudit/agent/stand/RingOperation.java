package io.pinaudit.agent.stand;

/** The requests of an io_uring that take ranges of files away. */
public enum RingOperation implements Taker {
  FTRUNCATE("io_uring ftruncate"),
  FALLOCATE("io_uring fallocate");

  private final String operation;

  RingOperation(String operation) {
    this.operation = operation;
  }

  @Override
  public String operation() {
    return operation;
  }

  /** Returns that it must not even wait: other requests of the same call may have begun. */
  @Override
  public RefusedBy refusedBy() {
    return RefusedBy.NEVER;
  }
}
